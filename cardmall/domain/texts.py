"""Bytes somebody hands in, as text: in which encoding, and line by line, however long the whole and each line is."""

import codecs
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum


class Encoding(StrEnum):
    """What a person may say their file is written in, by the names browsers know, too."""

    utf_8 = "utf-8"
    gb18030 = "gb18030"
    big5 = "big5"  # as Windows writes it
    utf_16 = "utf-16le"


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GUESSED = ("utf-8", "gb18030")
_CODECS = {Encoding.big5: "cp950"}  # where the codec of that name knows too little
_END = re.compile(r"\r\n|\r|\n")


def encoding_of(data: bytes, chosen: str = "") -> str | None:
    """Name the encoding: by the byte order mark, else the `chosen` one, else strict UTF-8, else strict GB18030; None
    for no text, NUL, or no `Encoding`."""
    marked = tuple(name for mark, name in _MARKS if data.startswith(mark))
    known = (_CODECS.get(Encoding(chosen), chosen),) if chosen in list(Encoding) else () if chosen else _GUESSED
    return next((name for name in marked or known if _reads(data, name)), None)


def decoded(data: bytes, encoding: str, size: int) -> Iterator[str]:
    """The text piece by piece, of `size` bytes each. Raises UnicodeError where it is not in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for start in range(0, len(data), size):
        yield decoder.decode(data[start : start + size])
    yield decoder.decode(b"", final=True)


def _reads(data: bytes, encoding: str) -> bool:
    try:
        return all("\0" not in text for text in decoded(data, encoding, 1 << 18))
    except UnicodeError:
        return False


def split_lines(texts: Iterable[str], most: int) -> Iterator[str]:
    """The lines of a text that comes piece by piece, without their ends; of a longer one only its first `most` + 1
    signs, which show that it is too long."""
    rest = ""
    for text in texts:
        whole, held = rest + text, ""
        if whole.endswith("\r"):  # its "\n" may come with the next piece
            whole, held = whole[:-1], "\r"
        *lines, rest = _END.split(whole)
        yield from (line[: most + 1] for line in lines)
        rest = rest[: most + 1] + held
    *lines, rest = _END.split(rest)
    yield from lines
    if rest:
        yield rest
