"""Orders a shop delivers by hand: what can be delivered now, the nearest promise first, and what is held apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.orders import OrderAct, OrderFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import OPEN_TRANSFER, Actor, Reason, Role
from cardmall.models import Case, Order, Product, Transfer
from cardmall.models.columns import UtcDateTime
from cardmall.reads.approvals import NO_RULE, are_answers_closed, is_under_rule, rules_of
from cardmall.reads.cases import ASKED
from cardmall.reads.desks import HELD_BACK, TO_DELIVER
from cardmall.reads.facts import pieces_left
from cardmall.reads.keys import place, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.orders import fact_columns, facts_beside
from cardmall.reads.people import require
from cardmall.views.buyer_fields import FieldAnswer, GivenFields, given_fields


@dataclass(frozen=True)
class DeliveryRow:
    """An order that waits for the merchant's codes, or, by its `form`, a receipt.

    `quantity` and `total` (fen): of the pieces left. `late`: the promise is over. `slug`: of its product. `fields`:
    what its buyer answered, masked; `edition`: how often, 0 for never or erased; `corrected`: since the edition that
    its page delivers by. `begun_at`: the shop said that it works on it; `can_begin`: nobody did yet;
    `ruled`: until then a request is approved by the rule of its product, `closed`: and to show `fields` is to say so
    (R97).
    """

    no: str
    product: str
    cover: str
    picture: str
    quantity: int
    total: int
    paid_at: datetime | None
    promised_at: datetime | None
    late: bool
    slug: str = ""
    form: str = ""
    fields: list[FieldAnswer] = field(default_factory=list)
    edition: int = 0
    corrected: bool = False
    begun_at: datetime | None = None
    can_begin: bool = False
    ruled: bool = False
    closed: bool = False


@dataclass(frozen=True)
class HeldRow:
    """An order that may not be delivered now. `why`: in_case, rejected, transferring or shop_disabled; `until`: the
    hold ends by then; `case_no`: its last case; `transfer_no`: the open offer of it to somebody else (R53)."""

    no: str
    product: str
    cover: str
    picture: str
    quantity: int
    total: int
    why: str
    until: datetime | None
    case_no: str
    transfer_no: str


@dataclass(frozen=True)
class DeliveryDesk:
    """One page of `rows`, the first `held`, and how many there are: `orders` and `pieces` to deliver, `held_orders`
    apart, none counted beyond ORDERS_COUNTED orders. `instructions`: what the buyers of a product, by its slug, read
    with its codes."""

    rows: list[DeliveryRow] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    orders: int = 0
    pieces: int = 0
    held_orders: int = 0
    instructions: dict[str, str] = field(default_factory=dict)
    next_key: str = ""


def to_deliver(look: Look, *, after: str = "") -> DeliveryDesk:
    """The orders that the shop of who looks delivers by hand: the page after the key `after`, and what is held."""
    merchant = require(look.who, Role.merchant)
    found = _ready(look, merchant, after)
    page = found[: limits.PAGE_SIZE]
    orders, pieces, held_orders = _counts(look.session, merchant)
    return DeliveryDesk(
        rows=_rows(look, merchant, page),
        held=_held(look, merchant),
        orders=orders,
        pieces=pieces,
        held_orders=held_orders,
        instructions={slug: text for _, slug, text, *_ in page if text},
        next_key=_key_of(page[-1][0]) if len(found) > len(page) else "",
    )


# Nearest promise first; paid orders have one.
_DUE = sa.func.coalesce(col(Order.promised_at), col(Order.created_at), type_=UtcDateTime)


def _key_of(order: Order) -> str:
    return write_key(order.promised_at or order.created_at, order.id)


def _ready(look: Look, merchant: Actor, after: str) -> Sequence[Any]:
    """What can be delivered, up to one more than a page: each order with its product's slug and instructions, and what
    decides about it."""
    key, here = read_key(after), (_DUE, col(Order.id))
    beyond = [sa.tuple_(*here) > place(key)] if key else []
    wanted: Any = sa.select(Order, col(Product.slug), col(Product.instructions), *fact_columns())
    wanted = wanted.join(Product, col(Product.id) == col(Order.product_id))
    mine = (col(Order.shop_id) == merchant.shop_id, TO_DELIVER, *beyond)
    return look.session.exec(wanted.where(*mine).order_by(*here).limit(limits.PAGE_SIZE + 1)).all()


def _rows(look: Look, merchant: Actor, page: Sequence[Any]) -> list[DeliveryRow]:
    given, rows = given_fields(look, [order for order, *_ in page]), list[DeliveryRow]()
    rules = rules_of(look.session, {order.product_id for order, *_ in page})
    for order, slug, _, *known in page:
        begin = may(OrderAct.begin, standing(merchant), facts_beside(order, known), look.now)
        row = _row(order, slug, given.get(order.id or 0, GivenFields()), begin.is_open, look.now)
        rule = rules.get(order.product_id, NO_RULE)
        rows.append(replace(row, ruled=is_under_rule(order, rule), closed=are_answers_closed(order, rule)))
    return rows


def _row(order: Order, slug: str, given: GivenFields, can_begin: bool, now: datetime) -> DeliveryRow:
    return DeliveryRow(
        **_told(order),
        paid_at=order.paid_at,
        promised_at=order.promised_at,
        late=order.promised_at is not None and order.promised_at <= now,
        slug=slug,
        form=order.terms.form.value,
        fields=given.answers,
        edition=given.edition,
        begun_at=order.begun_at,
        can_begin=can_begin,
    )


def _told(order: Order) -> dict[str, Any]:
    """What both lists say of an order."""
    return {
        "no": order.no,
        "product": order.product_name,
        "cover": order.terms.cover,
        "picture": cover_picture(order.terms.pictures),
        "quantity": pieces_left(order),
        "total": pieces_left(order) * order.unit_price,
    }


def _held(look: Look, merchant: Actor) -> list[HeldRow]:
    """The first page of what may not be delivered, the longest held first."""
    newest = select(Case.no).where(Case.order_id == Order.id, ASKED).order_by(col(Case.id).desc())
    its_offer = (Transfer.order_id == Order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    beside = (newest.limit(1).scalar_subquery(), select(Transfer.no).where(*its_offer).scalar_subquery())
    wanted: Any = sa.select(Order, *beside, *fact_columns()).where(col(Order.shop_id) == merchant.shop_id, HELD_BACK)
    found = look.session.exec(wanted.order_by(col(Order.held_at), col(Order.id)).limit(limits.PAGE_SIZE)).all()
    return [
        HeldRow(
            **_told(order),
            why=_why(merchant, facts_beside(order, known), look.now),
            until=order.hold_until,
            case_no=case_no or "",
            transfer_no=transfer_no or "",
        )
        for order, case_no, transfer_no, *known in found
    ]


def _why(merchant: Actor, facts: OrderFacts, now: datetime) -> str:
    """What holds it, or that its shop is disabled."""
    turn = may(OrderAct.deliver, standing(merchant), facts, now)
    if turn.reason is Reason.transfer_open:
        return "transferring"
    if turn.reason is not Reason.held:
        return "shop_disabled"
    return "rejected" if facts.hold_until else "in_case"


def _counts(session: Session, merchant: Actor) -> tuple[int, int, int]:
    """Orders and pieces to deliver, and orders held, to ORDERS_COUNTED orders each: a shop may have a million."""
    mine, most = col(Order.shop_id) == merchant.shop_id, limits.ORDERS_COUNTED
    left = (col(Order.quantity) - col(Order.canceled_pieces)).label("left")
    ready = sa.select(left).where(mine, TO_DELIVER).limit(most).subquery()
    held = sa.select(col(Order.id)).where(mine, HELD_BACK).limit(most).subquery()
    of_held = sa.select(sa.func.count()).select_from(held).scalar_subquery()
    sums = (sa.func.count(), sa.func.coalesce(sa.func.sum(ready.c.left), 0), of_held)
    orders, pieces, held_orders = session.connection().execute(sa.select(*sums).select_from(ready)).one()
    return orders, int(pieces), held_orders
