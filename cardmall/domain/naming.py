"""Names people choose for a shop: what is kept of one, and when two are read as the same."""

from itertools import groupby
from unicodedata import combining, normalize

from cardmall.domain.codes import compared, is_invisible
from cardmall.domain.typed import plain

_MARKS = 2  # on one letter: as many as living scripts put there
_READ = 512  # signs; composing thousands of marks takes seconds, and no name is half as long


def typed_name(text: object) -> str:
    """One line without signs nobody sees and without piles of marks; "" when nothing is left. The same once more."""
    seen = "".join(" " if c.isspace() else c for c in plain(str(text or "")[:_READ]) if not is_invisible(c))
    runs = ((marks, list(signs)) for marks, signs in groupby(seen, lambda c: combining(c) > 0))
    kept = "".join("".join(signs[:_MARKS] if marks else signs) for marks, signs in runs)
    return normalize("NFKC", kept).strip()  # what stood apart may meet now


def same_name(one: str, other: str) -> bool:
    """Are they read as one name? Case, width, blanks and dashes make no difference."""
    return compared(one) == compared(other)
