"""Cells of an exported table: a spreadsheet must show what we wrote, never run it."""

from unicodedata import normalize

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def cell(value: object) -> str:
    """The value as text; what a spreadsheet would take for a formula begins with an apostrophe."""
    text = str(value)
    begins = normalize("NFKC", text.lstrip(" \u200b\ufeff\u00a0")[:1])
    return f"'{text}" if begins.startswith(_RUNS) or text[:1] in _RUNS else text
