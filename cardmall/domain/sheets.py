"""Cells of an exported table: a spreadsheet must show what we wrote, never run it."""

from decimal import Decimal
from enum import StrEnum
from unicodedata import normalize

from cardmall.domain.terms import Role

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class Export(StrEnum):
    """What may be taken out as a file."""

    audit = "audit"
    journal = "journal"
    shop_money = "shop_money"


TAKEN_BY = {Export.audit: Role.admin, Export.journal: Role.admin, Export.shop_money: Role.merchant}


def yuan(fen: int) -> Decimal:
    """-9900 → -99.00"""
    return Decimal(fen).scaleb(-2)


def cell(value: object) -> str:
    """The value as text; what a spreadsheet would take for a formula begins with an apostrophe. A number is one."""
    text = str(value)
    if isinstance(value, Decimal):
        return text
    begins = normalize("NFKC", text.lstrip(" \u200b\ufeff\u00a0")[:1])
    return f"'{text}" if begins.startswith(_RUNS) or text[:1] in _RUNS else text
