"""What a search over all shops means in SQL: each part is served by an index, none reads the orders through (R95)."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.typed import TAIL, Searched
from cardmall.models import Account, Case, Order, Payment, Refund, Shop, Transfer
from cardmall.models.account import PHONE_TAIL
from cardmall.models.orders import NO_TAIL
from cardmall.reads.buyer_answers import orders_with_answer_anywhere
from cardmall.reads.look import Look
from cardmall.reads.searching import named

# How the numbers of the house begin, and where each kind of them stands.
_NUMBERED: dict[str, tuple[Any, Any]] = {
    "CM": (col(Order.no), col(Order.id)),
    "AS": (col(Case.no), col(Case.order_id)),
    "PY": (col(Payment.no), col(Payment.order_id)),
    "RF": (col(Refund.no), col(Refund.order_id)),
    "TR": (col(Transfer.no), col(Transfer.order_id)),
}


def shops_found(asked: Searched) -> sa.ColumnElement[bool]:
    """Shops whose name holds the words, or whose web address they are. Shops are few: the table is read through."""
    return named(col(Shop.name), asked) | (col(Shop.slug) == asked.text.lower())


def people_found(asked: Searched) -> sa.Select[Any]:
    """Ids of the accounts with exactly this e-mail address or mobile number, or a number that ends in four digits."""
    its = sa.select(col(Account.id))
    found = [its.where(col(Account.email) == asked.email)]
    if asked.phone:
        found.append(its.where(col(Account.phone) == asked.phone))
    if len(asked.digits) == TAIL:
        found.append(its.where(sa.literal_column(PHONE_TAIL) == asked.digits))
    return sa.select(sa.union_all(*found).subquery().c[0])


def orders_found(look: Look, asked: Searched) -> sa.Select[Any]:
    """Ids of the orders with this number, or a case, payment, refund or transfer of it; with one that ends so; of a
    person who is found; with exactly this answer of their buyer."""
    found = [_numbered(kind, asked) for kind in _NUMBERED if asked.digits or asked.number.startswith(kind)]
    if asked.digits:
        ends = (sa.literal_column(NO_TAIL) == asked.digits[-TAIL:], col(Order.no).endswith(asked.digits))
        found.append(sa.select(col(Order.id)).where(*ends))
    found.append(sa.select(col(Order.id)).where(col(Order.shopper_id).in_(people_found(asked))))
    found.append(orders_with_answer_anywhere(look, asked.text))
    return sa.select(sa.union_all(*found).subquery().c[0])


def _numbered(kind: str, asked: Searched) -> sa.Select[Any]:
    number, order = _NUMBERED[kind]
    return sa.select(order).where(number == (asked.number or f"{kind}{asked.digits}"))
