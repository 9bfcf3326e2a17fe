"""One line of what admins find: an order, a person, a shop; of persons nothing in full (R78)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain.finding import Found
from cardmall.models import Account, Order, Shop
from cardmall.reads.accounts import addresses_of
from cardmall.reads.people import masked
from cardmall.reads.whole import whole_orders
from cardmall.views.merchant.order_rows import open_case_status
from cardmall.views.shopper.rows import pill_of


@dataclass(frozen=True)
class FoundRow:
    """`no`: number of an order, id of an account, web address of a shop. `name`: of a product, a person (masked), a
    shop; `shopper` and `address` are masked. `total` in fen; `pill`, `tone` and the `case_status` of the open case are
    an order's, `role` a person's.
    `at`: when it began, aware UTC; `disabled_at`: since when a person or a shop is disabled."""

    kind: str
    no: str
    name: str
    at: datetime
    shopper: str = ""
    shop: str = ""
    address: str = ""
    role: str = ""
    total: int = 0
    quantity: int = 0
    pill: str = ""
    tone: str = ""
    case_status: str = ""
    disabled_at: datetime | None = None


def order_rows(session: Session, found: Sequence[Order]) -> list[FoundRow]:
    """These orders, in this order."""
    names = _names(session, found)
    return [
        FoundRow(
            Found.order.value, one.order.no, one.order.product_name, one.order.created_at,
            shopper=masked(names[one.order.shopper_id]),
            shop=one.listed.shop,
            total=one.order.total,
            quantity=one.order.quantity,
            pill=pill[0],
            tone=pill[1],
            case_status=open_case_status(one.order, one.case),
        )
        for one in (whole_orders(session, found) if found else ())
        for pill in (pill_of(one.order, one.facts, one.case),)
    ]  # fmt: skip


def _names(session: Session, found: Sequence[Order]) -> dict[int, str]:
    people = sa.select(col(Account.id), col(Account.name))
    wanted = people.where(col(Account.id).in_(sorted({order.shopper_id for order in found})))
    return {number or 0: name for number, name in session.connection().execute(wanted)} if found else {}


def person_row(account: Account) -> FoundRow:
    return FoundRow(
        Found.person.value, str(account.id), masked(account.name), account.created_at,
        address=masked_address(account),
        role=account.role.value,
        disabled_at=account.disabled_at,
    )  # fmt: skip


def masked_address(account: Account) -> str:
    """The first address of an account, masked; "" for none."""
    return next((address.masked for address, _ in addresses_of(account)), "")


def shop_row(shop: Shop) -> FoundRow:
    return FoundRow(Found.shop.value, shop.slug, shop.name, shop.created_at, disabled_at=shop.disabled_at)
