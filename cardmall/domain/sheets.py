"""Cells of an exported table: a spreadsheet must show what we wrote, never run it."""

import re
from decimal import Decimal
from enum import StrEnum
from unicodedata import normalize

from cardmall.domain.rules.turn import Permission
from cardmall.domain.terms import Role

# What begins a formula after a sign that parts cells or lines somewhere; full-width signs count as the narrow ones.
_PARTS, _FORMULA = r"[;；\t\r\n\v\f\x85\u2028\u2029]", r"[=+\-@|%＝＋－＠｜％]"
_PARTED = re.compile(rf"(?<=.)({_PARTS}[ \u200b\ufeff\u00a0\u3000\"']*)(?={_FORMULA})", re.DOTALL)
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class Export(StrEnum):
    """What may be taken out as a file."""

    audit = "audit"
    journal = "journal"
    shop_money = "shop_money"
    shop_orders = "shop_orders"


TAKEN_BY = {
    Export.audit: Role.admin,
    Export.journal: Role.admin,
    Export.shop_money: Role.merchant,
    Export.shop_orders: Role.merchant,
}
NEEDS = {Export.shop_orders: Permission.orders}  # of a member


def yuan(fen: int) -> Decimal:
    """-9900 → -99.00"""
    return Decimal(fen).scaleb(-2)


def sheet_cell(value: object) -> str:
    """The value as text; what a spreadsheet would take for a formula begins with an apostrophe. A number is one.

    Where a semicolon or a tab parts cells, so does what follows one inside the text, and what follows the end of a
    line.
    """
    text = str(value)
    if isinstance(value, Decimal):
        return text
    begins = normalize("NFKC", text.lstrip(" \u200b\ufeff\u00a0")[:1])
    text = _PARTED.sub(r"\1'", text)
    return f"'{text}" if begins.startswith(_RUNS) or text[:1] in _RUNS else text
