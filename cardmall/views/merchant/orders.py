"""A shop's orders as a list: newest first, filtered, searched, paged by key, and as lines of a file (R95).

Without a search, every query goes down ix_order_desk, a stage at a time: the list takes the newest of each, a tab
counts its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.refunding import ASTRAY
from cardmall.domain.rules.turn import Permission, standing
from cardmall.domain.terms import Actor, RefundStatus, Stage
from cardmall.models import Account, Order, Product, Refund
from cardmall.reads.approvals import NO_RULE, are_answers_closed, rules_of
from cardmall.reads.buyer_answers import kept_answers
from cardmall.reads.keys import ListKey, write_key
from cardmall.reads.look import Look
from cardmall.reads.newest import Wanted, newest
from cardmall.reads.people import masked, require_member
from cardmall.reads.whole import whole_orders
from cardmall.views.buyer_fields import FieldAnswer, fields_shown
from cardmall.views.merchant.order_filters import DeskAsked, orders_asked
from cardmall.views.merchant.order_rows import ShopOrderRow, shop_order_row


@dataclass(frozen=True)
class SoldProduct:
    """A product to choose the orders of."""

    slug: str
    name: str


@dataclass(frozen=True)
class ShopOrders:
    """One page of rows, how many orders stand under each stage, and the keys of the neighbouring pages ("" = none).

    `counts`: to ORDERS_COUNTED each.
    """

    rows: list[ShopOrderRow] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # by stage, in the order of the tabs
    products: list[SoldProduct] = field(default_factory=list)
    next_key: str = ""
    prev_key: str = ""


TABS = (
    *(Stage.to_pay, Stage.to_deliver, Stage.delivered, Stage.in_case, Stage.refunding, Stage.closed, Stage.abnormal),
)


def shop_orders(look: Look, asked: DeskAsked) -> ShopOrders:
    """The orders of the member's shop under these filters: counts of every stage, and one page of the chosen one."""
    member = require_member(look.who, Permission.orders)
    wanted = orders_asked(look, member.shop_id or 0, asked)
    counts = _counts(look.session, asked, wanted)
    stages = [stage for stage in TABS if counts[stage.value]]
    found, more = _slice(look.session, asked, wanted, stages)
    if not found and (asked.after or asked.before):  # they moved on: the first page is there
        asked = replace(asked, after=None, before=None)
        found, more = _slice(look.session, asked, wanted, stages)
    older = more if asked.before is None else True
    newer = bool(asked.after) if asked.before is None else more
    return ShopOrders(
        rows=_rows(look, member, found),
        counts=counts,
        products=_products(look.session, member, asked.product),
        next_key=_key_of(found[-1]) if found and older else "",
        prev_key=_key_of(found[0]) if found and newer else "",
    )


def _counts(session: Session, asked: DeskAsked, wanted: Wanted) -> dict[str, int]:
    """How many stand under each stage, to ORDERS_COUNTED: a shop may have a million."""
    if asked.q:
        grouped = sa.select(col(Order.stage), sa.func.count()).where(*wanted).group_by(col(Order.stage))
        few = {stage: number for stage, number in session.connection().execute(grouped)}
        return {stage.value: min(few.get(stage, 0), limits.ORDERS_COUNTED) for stage in TABS}
    found = session.connection().execute(sa.select(*(_counted(wanted, stage) for stage in TABS))).one()
    return {stage.value: number for stage, number in zip(TABS, found, strict=True)}


def _counted(wanted: Wanted, stage: Stage) -> sa.ScalarSelect[int]:
    those = sa.select(col(Order.id)).where(*wanted, col(Order.stage) == stage).limit(limits.ORDERS_COUNTED)
    return sa.select(sa.func.count()).select_from(those.subquery()).scalar_subquery()


def _slice(session: Session, asked: DeskAsked, wanted: Wanted, stages: Sequence[Stage]) -> tuple[list[Order], bool]:
    """Up to one page, newest first, and whether there is more in the direction of travel; only `stages` have any."""
    found = _newest(session, asked, wanted, limits.PAGE_SIZE + 1, stages)
    page = found[: limits.PAGE_SIZE]
    return (page[::-1] if asked.before else page), len(found) > limits.PAGE_SIZE


def _newest(
    session: Session, asked: DeskAsked, wanted: Wanted, size: int, stages: Sequence[Stage] = TABS
) -> list[Order]:
    """The first `size` orders from the place in the list on, in the direction of travel."""
    chosen = [stage for stage in stages if asked.stage in (None, stage)]
    parts = [[*wanted, col(Order.stage) == stage] for stage in chosen]
    if parts and asked.q and not asked.stage:
        parts = [wanted]
    return newest(session, Order, parts, size, after=asked.after, before=asked.before)


def _key_of(order: Order) -> str:
    return write_key(order.created_at, order.id)


def _rows(look: Look, member: Actor, found: Sequence[Order]) -> list[ShopOrderRow]:
    names = _names(look.session, found)
    wholes = whole_orders(look.session, found) if found else []
    return [shop_order_row(member, whole, names[whole.order.shopper_id], look.now) for whole in wholes]


def _names(session: Session, found: Sequence[Order]) -> dict[int, str]:
    wanted = sa.select(col(Account.id), col(Account.name))
    people = wanted.where(col(Account.id).in_(sorted({order.shopper_id for order in found})))
    return {number or 0: name for number, name in session.connection().execute(people)} if found else {}


def _products(session: Session, member: Actor, chosen: str) -> list[SoldProduct]:
    """The shop's products by name: LIST_SIZE of them, the chosen one among them, archived ones where room is left."""
    first = col(Product.slug) != chosen, col(Product.archived_at).is_not(None)
    wanted = sa.select(col(Product.slug), col(Product.name)).where(col(Product.shop_id) == member.shop_id)
    by_name = wanted.order_by(*first, col(Product.name), col(Product.id)).limit(limits.LIST_SIZE)
    found = [SoldProduct(*row) for row in session.connection().execute(by_name)]
    return sorted(found, key=lambda one: one.name)


@dataclass(frozen=True)
class ShopOrderLine:
    """An order as a line of a file: no code of a card, the buyer masked. Money in fen; `refunded`: what of it arrived.

    `answers`: to what the shop asked for, whole for an owner, masked while only the press that begins work shows them
    (R97), none for other members.
    """

    order: Order
    shopper: str
    refunded: int
    answers: list[FieldAnswer]


def shop_order_lines(look: Look, asked: DeskAsked, size: int) -> tuple[list[ShopOrderLine], ListKey | None]:
    """The next `size` orders under these filters, and where the file goes on; None at the end."""
    member = require_member(look.who, Permission.orders)
    all_found = _newest(look.session, asked, orders_asked(look, member.shop_id or 0, asked), size + 1)
    found = all_found[:size]
    names, refunded = _names(look.session, found), _refunded(look.session, found)
    answers = _answers(look, member, found)
    lines = [
        ShopOrderLine(order, masked(names[order.shopper_id]), refunded.get(order.id or 0, 0), answers[order.id or 0])
        for order in found
    ]
    return lines, _place_of(found[-1]) if len(all_found) > size else None


def _place_of(order: Order) -> tuple[datetime, int]:
    return order.created_at, order.id or 0


def _refunded(session: Session, found: Sequence[Order]) -> dict[int, int]:
    arrived = sa.select(col(Refund.order_id), sa.func.sum(col(Refund.amount)))
    arrived = arrived.where(col(Refund.status) == RefundStatus.succeeded, col(Refund.cause).not_in(sorted(ASTRAY)))
    of_these = arrived.where(col(Refund.order_id).in_([order.id for order in found])).group_by(col(Refund.order_id))
    return {number: int(fen) for number, fen in session.connection().execute(of_these)}


def _answers(look: Look, member: Actor, found: Sequence[Order]) -> dict[int, list[FieldAnswer]]:
    shown: dict[int, list[FieldAnswer]] = {order.id or 0: [] for order in found}
    paid = [order for order in found if order.paid_at is not None and order.terms.buyer_fields]
    if Permission.owner in standing(member).permissions:
        kept, rules = kept_answers(look, paid), rules_of(look.session, {order.product_id for order in paid})
        for order in paid:
            closed = are_answers_closed(order, rules.get(order.product_id, NO_RULE))
            answers = kept[order.id or 0].answers
            shown[order.id or 0] = fields_shown(order.terms.buyer_fields, answers, masked=closed)
    return shown
