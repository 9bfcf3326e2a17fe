"""A card's code: what is kept of what was typed, and when two codes are the same one."""

import re
from unicodedata import category, normalize

_LINE = re.compile(r"\r\n|\r|\n")
_BLANKS = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u202f\u2028\u2029", " "))
_NEVER = ("Cc", "Cf", "Cs")
# Nobody sees these either, though Unicode counts them as letters or marks: fillers, joiners, variation selectors.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)


def lines_of(text: object) -> list[str]:
    """A pasted text, one code a line; blank lines are none, other separators than line ends part nothing."""
    return [line for line in _LINE.split(str(text or "")) if line.strip()]


def kept_code(code: object) -> str:
    """The code as it is sealed and shown: without invisible signs, a no-break blank or tab is a blank, ends trimmed.

    Inner blanks, dashes, case and line breaks stay. "" for a code nobody can see.
    """
    text = _LINE.sub("\n", str(code or "")).translate(_BLANKS)
    return "".join(c for c in text if c == "\n" or not _is_invisible(c)).strip()


def compared(code: str, *, case_sensitive: bool = False) -> str:
    """The same text for every way of typing one code: NFKC, no blanks or dashes, upper case unless `case_sensitive`."""
    text = code
    while (plainer := _plainer(text, case_sensitive)) != text:
        text = plainer
    return text


def _plainer(text: str, case_sensitive: bool) -> str:
    """One round; composing what stood apart may make another one change something."""
    cased = normalize("NFKC", text)
    cased = cased if case_sensitive else cased.upper()
    return "".join(c for c in cased if not (c.isspace() or category(c) == "Pd" or c == "\u2212" or _is_invisible(c)))


def _is_invisible(sign: str) -> bool:
    return category(sign) in _NEVER or sign in _FILLERS
