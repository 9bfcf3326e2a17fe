"""What a person typed, as it is kept."""

from unicodedata import category

_NEVER = ("Cc", "Cs")  # control letters and halves of letters: no database keeps them


def said(text: object) -> str:
    """Trimmed; "" when nothing in it can be seen. Line breaks and joined emoji stay."""
    kept = "".join(c for c in str(text or "") if c in "\n\t" or category(c) not in _NEVER).strip()
    return kept if any(c.isprintable() and not c.isspace() for c in kept) else ""
