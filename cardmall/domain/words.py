"""What a person typed, as it is kept."""

import re
from unicodedata import category, normalize

from cardmall.domain.codes import is_invisible
from cardmall.domain.reasons import FieldError

_NEVER = ("Cc", "Cs")  # control letters and halves of letters: no database keeps them
# Signs that make text run backwards.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def said(text: object) -> str:
    """Trimmed; "" when nothing in it can be seen. Line breaks and joined emoji stay, signs that turn text do not."""
    kept = "".join(c for c in str(text or "") if c in "\n\t" or (category(c) not in _NEVER and c not in _TURNS)).strip()
    return kept if any(c.isprintable() and not c.isspace() and not is_invisible(c) for c in kept) else ""


def ticked(box: object) -> bool:
    """A checkbox of a form, or a yes of the program."""
    return box in (True, "on", "true")


_YUAN = re.compile(r"[¥￥]?(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?元?", re.ASCII)


def fen_of(text: object) -> int | None:
    """ "1,699.5" → 169950 fen; None when it is no amount of yuan with at most two decimals."""
    found = _YUAN.fullmatch("".join(normalize("NFKC", str(text or "")).split()))
    if not found:
        return None
    yuan, cents = found.groups()
    return int(yuan.replace(",", "")) * 100 + int((cents or "0").ljust(2, "0"))


_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?%?", re.ASCII)


def wrong_number(typed: str) -> FieldError:
    """Why `typed` is not the number asked for: it is none, or not one of those allowed."""
    return FieldError.out_of_range if _NUMBER.fullmatch(typed) else FieldError.not_a_number
