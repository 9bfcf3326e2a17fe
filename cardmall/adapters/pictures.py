"""Pictures of strangers, decoded and drawn anew: only pixels remain, no EXIF, no script behind them (R39).

Every call takes tens of milliseconds and up to 200 MB: run it in PAINTERS, never inside a transaction.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import (
    Image,
    ImageOps,
    WebPImagePlugin,  # noqa: F401  # pyright: ignore[reportUnusedImport] - importing it is what makes WEBP known
)

from cardmall.domain import limits
from cardmall.domain.terms import Offer, Reason, Refused

PAINTERS = ThreadPoolExecutor(2, "picture")  # no more at once: a flood takes neither all memory nor both cores
FORMATS = ("JPEG", "PNG", "WEBP")
_SCAN = b"\xff\xda"
Image.MAX_IMAGE_PIXELS = None  # it would only warn; `_opened` refuses


@dataclass(frozen=True)
class Drawn:
    """Two JPEGs of one picture; width and height are those of `full`."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def redraw(data: bytes) -> Drawn:
    """What the bytes show. Refused: not_a_picture, picture_too_large. Of an animation the first frame."""
    if len(data) > limits.PICTURE_BYTES:
        raise Refused(Reason.picture_too_large, Offer.form)
    try:
        image = _upright(_opened(data))
        full, width, height = _jpeg(image, limits.PICTURE_EDGE, 85), image.width, image.height
        return Drawn(full, _jpeg(image, limits.THUMB_EDGE, 80), width, height)
    except Refused:
        raise
    except Exception as trouble:  # a decoder stumbles over hostile bytes in every way there is
        raise Refused(Reason.not_a_picture, Offer.form) from trouble


def _opened(data: bytes) -> Image.Image:
    """Only the head is read so far: a bomb is refused before it goes off."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > limits.PICTURE_PIXELS:
        raise Refused(Reason.picture_too_large, Offer.form)
    # A JPEG of many scans is a bomb of time: each of some 50 bytes costs a pass over all pixels.
    if image.format in ("JPEG", "MPO") and data.count(_SCAN) > limits.PICTURE_SCANS:
        raise Refused(Reason.not_a_picture, Offer.form)
    image.draft("RGB", (limits.PICTURE_EDGE, limits.PICTURE_EDGE))
    return image


def _upright(image: Image.Image) -> Image.Image:
    """At most PICTURE_EDGE, turned as the camera was held, on white where it was transparent, in three colours."""
    image.load()
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda light: light / 256).convert("L")  # pyright: ignore[reportUnknownMemberType]
    elif image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    image.thumbnail((limits.PICTURE_EDGE, limits.PICTURE_EDGE))
    image = ImageOps.exif_transpose(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white.convert("RGB")


def _jpeg(image: Image.Image, edge: int, quality: int) -> bytes:
    """The picture, shrunk in place to `edge`; nothing is carried over beside the pixels."""
    image.thumbnail((edge, edge))
    image.info.clear()
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality, optimize=True)
    return kept.getvalue()
