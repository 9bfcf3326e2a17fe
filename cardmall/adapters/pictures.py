"""Pictures of strangers, decoded and drawn anew: only pixels remain, no EXIF, no script behind them (R39).

Every call takes tens of milliseconds and up to 200 MB: run it in PAINTERS, never inside a transaction.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from PIL import (
    Image,
    ImageOps,
    WebPImagePlugin,  # noqa: F401  # pyright: ignore[reportUnusedImport] - importing it is what makes WEBP known
)

from cardmall.domain import limits
from cardmall.domain.terms import Offer, Reason, Refused

D = TypeVar("D", bound="Drawn")
PAINTERS = ThreadPoolExecutor(2, "picture")  # no more at once: a flood takes neither all memory nor both cores
FORMATS = ("JPEG", "PNG", "WEBP")
_SCAN = b"\xff\xda"
_QUALITIES = (85, 60, 35, 15)
Image.MAX_IMAGE_PIXELS = None  # it would only warn; `_opened` refuses


@dataclass(frozen=True)
class Drawn:
    """Two JPEGs of one picture; width and height are those of `full`."""

    full: bytes
    thumb: bytes
    width: int
    height: int


@dataclass(frozen=True)
class DrawnGoods(Drawn):
    """Four of a picture of a product: `thumb` is a square; `page` and `card` are 16:10, of the middle."""

    page: bytes
    card: bytes


def redraw(data: bytes) -> Drawn:
    """What the bytes show. Refused: not_a_picture, picture_too_large. Of an animation the first frame."""
    return _drawn(data, _evidence)


def redraw_goods(data: bytes) -> DrawnGoods:
    """The same of a picture of a product."""
    return _drawn(data, _goods)


def _evidence(image: Image.Image) -> Drawn:
    return Drawn(_light(image), _jpeg(_small(image), 80), image.width, image.height)


def _goods(image: Image.Image) -> DrawnGoods:
    page = _filling(image, limits.PAGE_COVER)
    square, card = (_jpeg(_filling(image, size), 80) for size in (limits.SQUARE_COVER, limits.CARD_COVER))
    return DrawnGoods(_light(image), square, image.width, image.height, page=_jpeg(page, 80), card=card)


def _filling(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """As much of its middle as has this shape, in this size; one that is smaller is not enlarged."""
    share = min(1, image.width / size[0], image.height / size[1])
    return ImageOps.fit(image, (max(1, round(size[0] * share)), max(1, round(size[1] * share))))


def _drawn(data: bytes, painted: Callable[[Image.Image], D]) -> D:
    if len(data) > limits.PICTURE_BYTES:
        raise Refused(Reason.picture_too_large, Offer.form)
    try:
        return painted(_upright(_opened(data)))
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
    image.draft("RGB", _kept_size(*image.size))
    return image


def _kept_size(width: int, height: int) -> tuple[int, int]:
    """The longer edge at most PICTURE_EDGE, unless the shorter one would fall under PICTURE_SHORT_EDGE; never larger
    than it came, so never more than PICTURE_PIXELS."""
    short, long = sorted((width, height))
    share = max(limits.PICTURE_EDGE / long, limits.PICTURE_SHORT_EDGE / short)
    share = min(1, share, limits.PICTURE_LONGEST / long)
    return max(1, round(width * share)), max(1, round(height * share))


def _upright(image: Image.Image) -> Image.Image:
    """In the size that is kept, turned as the camera was held, on white where it was transparent, in three colours."""
    image.load()
    if image.mode.startswith("I"):  # 16 bits of grey
        dimmed = image.convert("I").point(lambda light: light / 256)  # pyright: ignore[reportUnknownMemberType] - Pillow says half its type
        image = dimmed.convert("L")
    elif image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    image.thumbnail(_kept_size(*image.size))
    image = ImageOps.exif_transpose(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white.convert("RGB")


def _small(image: Image.Image) -> Image.Image:
    """At most THUMB_EDGE; of a long picture the beginning, else nothing could be told on it."""
    most = 2 * min(image.size)
    small = image.crop((0, 0, min(image.width, most), min(image.height, most)))
    small.thumbnail((limits.THUMB_EDGE, limits.THUMB_EDGE))
    return small


def _light(image: Image.Image) -> bytes:
    """No heavier than what may be handed in: the best quality that is light enough, else the poorest."""
    jpeg = b""
    for quality in _QUALITIES:
        jpeg = _jpeg(image, quality)
        if len(jpeg) <= limits.PICTURE_BYTES:
            break
    return jpeg


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """Nothing is carried over beside the pixels."""
    image.info.clear()
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality, optimize=True)
    return kept.getvalue()
