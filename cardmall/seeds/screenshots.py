"""Pictures people of the town took or drew: nothing binary is carried along."""

import io

from PIL import Image, ImageDraw, ImageFont

_INK, _FAINT, _LINE, _PAPER, _SEAL = "#21201c", "#8d8d86", "#e9e8e4", "#faf9f7", "#c5301f"


def listing_picture(price: str, promise: str) -> bytes:
    """A product page as a PNG: its price, and what it promises."""
    image, draw = _page()
    draw.rounded_rectangle((60, 120, 360, 420), 16, fill="#3c6b50")
    draw.text((410, 130), price, fill=_SEAL, font=ImageFont.load_default(56))
    draw.rounded_rectangle((410, 220, 700, 280), 30, outline=_SEAL, width=3)
    draw.text((440, 228), promise, fill=_SEAL, font=ImageFont.load_default(36))
    _lines(draw, 410, 320, (420, 380, 300))
    return _png(image)


def receipt(what: str) -> bytes:
    """What came instead."""
    image, draw = _page()
    draw.rounded_rectangle((180, 120, 720, 480), 16, fill="white", outline=_LINE, width=2)
    draw.text((220, 150), what, fill=_INK, font=ImageFont.load_default(40))
    _lines(draw, 220, 240, (420, 300, 460, 360))
    return _png(image)


def poster(line: str, colour: str) -> bytes:
    """What a shop shows of a cloud disk."""
    image = Image.new("RGB", (1280, 800), colour)
    draw = ImageDraw.Draw(image)
    for x, y, radius in ((420, 440, 120), (600, 350, 180), (800, 420, 150), (900, 480, 100)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill="white")
    draw.rounded_rectangle((320, 440, 990, 580), 70, fill="white")
    draw.text((640, 460), line, fill=colour, font=ImageFont.load_default(110), anchor="mm")
    return _png(image)


def _page() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (900, 560), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 900, 64), fill="white")
    draw.line((0, 64, 900, 64), fill=_LINE, width=2)
    return image, draw


def _lines(draw: ImageDraw.ImageDraw, x: int, y: int, widths: tuple[int, ...]) -> None:
    for n, width in enumerate(widths):
        draw.rounded_rectangle((x, y + 44 * n, x + width, y + 44 * n + 16), 8, fill=_FAINT if n == 0 else _LINE)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
