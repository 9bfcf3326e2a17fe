"""Files people hand in as pictures: honest ones, and ones that are not what they say."""

import io
import struct
import zlib

from PIL import Image

SCRIPT = b"<script>alert(document.cookie)</script>"
GIF_SVG = b"GIF89a/*<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>*/=1;"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **more: object) -> bytes:
    """An honest picture: left half red, right half blue; transparent where the mode can."""
    drawn = Image.new(mode, size, (200, 30, 30, 0)[: len(mode)] if mode in ("RGB", "RGBA") else 0)
    if mode == "RGB":
        drawn.paste((30, 30, 200), (size[0] // 2, 0, *size))
    kept = io.BytesIO()
    drawn.save(kept, kind, **more)
    return kept.getvalue()


def with_script() -> bytes:
    """A JPEG with a page behind it: a picture to a decoder, a script to a careless browser."""
    return picture() + SCRIPT


def gif() -> bytes:
    return picture("GIF")


def truncated() -> bytes:
    whole = picture(size=(1200, 900))
    return whole[: len(whole) // 2]


def bomb(edge: int = 30_000) -> bytes:
    """A PNG of `edge` squared pixels in a few kilobytes."""
    line = zlib.compress(bytes(edge // 8 + 1) * 64, 9)
    head = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", line), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def many_scans(count: int = 2000) -> bytes:
    """A progressive JPEG whose last scan comes `count` times: a small file, minutes of work."""
    whole = picture(size=(2000, 2000), progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + b"\xff\xd9"


NOT_PICTURES = {
    "empty": b"",
    "text": b"hello",
    "svg": SVG,
    "gif": gif(),
    "gif and svg": GIF_SVG,
    "truncated": truncated(),
    "only a head": picture()[:20],
    "many scans": many_scans(),
    "a page": b"<!doctype html>" + SCRIPT,
    "a zip": b"PK\x03\x04" + bytes(100),
}
TOO_LARGE = {"bomb": bomb(), "many bytes": picture() + bytes(5 * 1024 * 1024)}
