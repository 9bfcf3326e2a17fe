"""What a person typed to be understood, not kept: codes, addresses, searches, however their keyboard writes them."""

import re
from dataclasses import dataclass
from typing import Any, TypeGuard, TypeVar, cast
from unicodedata import category, normalize

from cardmall.domain import limits

T = TypeVar("T")
_NEVER = ("Cc", "Cf", "Cs")
_GAPS = re.compile(r"[\s\u2010-\u2015\u2212\-]+")
_LABEL = r"(?:[^\W\d]*\s*[:#]\s*|[^\W\d]+\s+)?"  # "#", "订单号:"
_NUMBER = re.compile(_LABEL + r"(CM|AS|PY|RF|TR)([0-9\s\-]+)", re.IGNORECASE)
_DIGITS = re.compile(r"(?:[^\W\d]*\s*[:#]\s*)?([+0-9][0-9\s\-]*)")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[0-9]{10})")
CODE_ROOM = 40  # signs of a field for one: pasted with blanks and signs nobody sees
TAIL = 4  # digits of a number that tell enough
NOTHING = "\ufffd"  # what no name holds: something was typed, and nobody can see it


_NEVER_STORED = re.compile("[\0\ud800-\udfff]")


def storable(value: T) -> T:
    """The same text, form or list with U+FFFD for each NUL and half character: no database stores them."""
    return cast(T, _storable(value))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _NEVER_STORED.sub(NOTHING, value) if _NEVER_STORED.search(value) else value  # a word of ours stays one
    if type(value) is dict:
        return {_storable(name): _storable(inner) for name, inner in cast(dict[Any, Any], value).items()}
    if type(value) is list or type(value) is tuple:
        inner = map(_storable, cast(list[Any], value))
        return tuple(inner) if isinstance(value, tuple) else list(inner)
    return value


def is_id(value: object) -> TypeGuard[int]:
    """A number that a row may have: no database column of ours holds a larger one."""
    return type(value) is int and 0 < value < 2**31


def plain(text: object) -> str:
    """NFKC, without control, format and half signs; any blank is one blank, ends trimmed."""
    composed = normalize("NFKC", str(text or ""))
    return "".join(" " if c.isspace() else c for c in composed if c.isspace() or category(c) not in _NEVER).strip()


def code_of(text: object) -> str:
    """A short code somebody was sent: no blanks or dashes."""
    return _GAPS.sub("", plain(text))


def is_code(code: str) -> bool:
    """So many digits as we send."""
    return len(code) == limits.CONFIRM_CODE_DIGITS and code.isascii() and code.isdigit()


@dataclass(frozen=True)
class Searched:
    """One search as it may be meant. `text`: to be shown again, "" when nothing was asked; `words`: what a name may
    hold; `number`: a number or its beginning, with its letters; `digits`: the end of a number; `phone`: +86…"""

    text: str = ""
    words: tuple[str, ...] = ()
    number: str = ""
    digits: str = ""
    phone: str = ""

    @property
    def email(self) -> str:
        return self.text.lower()

    @property
    def code(self) -> str:
        """An own word of the house, as it is compared: without gaps, in upper case."""
        return self.number or _GAPS.sub("", self.text).upper()


def searched(text: object, most: int = limits.SEARCH_LENGTH) -> Searched:
    """Read a search field. What nobody can see finds nothing; an empty field asks for nothing."""
    typed = str(text or "")
    found = plain(typed)[:most].strip()
    if not found:
        return Searched(NOTHING, (NOTHING,)) if typed.strip() else Searched()
    whole = _NUMBER.fullmatch(found)
    ends = _DIGITS.fullmatch(found)
    digits = _GAPS.sub("", ends[1]) if ends else ""
    mobile = _MOBILE.fullmatch(digits)
    return Searched(
        found,
        tuple(dict.fromkeys((found, _as_typed(typed)[:most]))),
        whole[1].upper() + _GAPS.sub("", whole[2]) if whole else "",
        digits if digits.isdigit() and len(digits) >= TAIL else "",
        f"+86{mobile[1]}" if mobile else "",
    )


def _as_typed(text: str) -> str:
    """Names keep their full-width brackets, so they are also looked for as they were typed."""
    return "".join(c for c in text if category(c) not in _NEVER).strip()
