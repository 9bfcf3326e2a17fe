"""A card's code: what is kept of what was typed, and when two codes are the same one."""

import re
from collections.abc import Callable
from unicodedata import category, normalize

_LINE = re.compile(r"\r\n|\r|\n")
_BLANKS = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u202f\u2028\u2029", " "))
_NEVER = ("Cc", "Cf", "Cs")
# Nobody sees these either, though Unicode counts them as letters or marks: fillers, joiners, variation selectors.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, (0x2065, 0x1D159, *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)))
)

_REMEMBERED = 20_000  # signs; no script has more in use

# Of ASCII alone the same in one step: a long list is compared in seconds.
_ASCII_UNSEEN = dict.fromkeys((*range(10), *range(11, 32), 127))  # all but the line break; a tab is a blank by then
_ASCII_APART = dict.fromkeys((*range(33), 127, ord("-")))


def all_lines(text: object) -> list[str]:
    """A pasted text by its lines, blank ones too, none of a blank text; only line ends part anything."""
    typed = str(text or "")
    return _LINE.split(typed) if typed.strip() else []


def lines_of(text: object) -> list[str]:
    """A pasted text, one code a line; blank lines are none."""
    return [line for line in all_lines(text) if line.strip()]


def kept_code(code: object) -> str:
    """The code as it is sealed and shown: without invisible signs, a no-break blank or tab is a blank, ends trimmed.

    Inner blanks, dashes, case and line breaks stay. "" for a code nobody can see.
    """
    text = _LINE.sub("\n", str(code or "")).translate(_BLANKS)
    if text.isascii():
        return text.translate(_ASCII_UNSEEN).strip()
    return text.translate(_UNSEEN).strip()


def compared(code: str, *, case_sensitive: bool = False) -> str:
    """The same text for every way of typing one code: NFKC, no blanks or dashes, upper case unless `case_sensitive`."""
    if code.isascii():
        text = code.translate(_ASCII_APART)
        return text if case_sensitive else text.upper()
    text = code
    while (plainer := _plainer(text, case_sensitive)) != text:
        text = plainer
    return text


def tail_of(text: str) -> str:
    """What may be told of a compared code: its last four signs, and never more than half of it."""
    return text[-min(4, len(text) // 2) :] if len(text) > 1 else ""


def _plainer(text: str, case_sensitive: bool) -> str:
    """One round; composing what stood apart may make another one change something."""
    cased = normalize("NFKC", text)
    cased = cased if case_sensitive else cased.upper()
    return cased.translate(_APART)


def is_invisible(sign: str) -> bool:
    """Nobody sees it: control, format and half signs, fillers, variation selectors, signs set apart for such."""
    return category(sign) in _NEVER or sign in _FILLERS


class _Without(dict[int, int | None]):
    """For `str.translate`: drop the signs for which `is_dropped`; a list has the same few signs again and again."""

    def __init__(self, is_dropped: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_dropped = is_dropped

    def __missing__(self, number: int) -> int | None:
        kept = None if self._is_dropped(chr(number)) else number
        if len(self) < _REMEMBERED:
            self[number] = kept
        return kept


_UNSEEN = _Without(lambda c: c != "\n" and is_invisible(c))
_APART = _Without(lambda c: c.isspace() or category(c) == "Pd" or c == "\u2212" or is_invisible(c))
