"""Orders that wait for their codes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.rules.orders import OrderAct, OrderFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import Actor, DeliveryMode, OrderStatus, Reason, Role
from cardmall.models import Case, Order
from cardmall.reads.facts import pieces_left
from cardmall.reads.look import Look
from cardmall.reads.orders import fact_columns, facts_beside
from cardmall.reads.people import require


@dataclass(frozen=True)
class DeliveryRow:
    """A manual order waiting for the merchant's codes. `why` it may not be delivered: in_case, rejected, or "".

    `quantity` and `total` (fen): of the pieces left. `late`: the promise is over. `case_no`: the order's last case.
    """

    no: str
    product: str
    cover: str
    quantity: int
    total: int
    paid_at: datetime | None
    promised_at: datetime | None
    late: bool
    why: str
    hold_until: datetime | None
    case_no: str


def to_deliver(look: Look) -> list[DeliveryRow]:
    """Manual orders waiting for codes, the nearest promise first; held ones last, they may not be delivered."""
    merchant = require(look.who, Role.merchant)
    last = select(Case.no).where(Case.order_id == Order.id).order_by(col(Case.id).desc()).limit(1).scalar_subquery()
    wanted: Any = sa.select(Order, last, *fact_columns()).where(
        col(Order.shop_id) == merchant.shop_id,
        col(Order.status) == OrderStatus.awaiting_delivery,
        col(Order.mode) == DeliveryMode.manual,
    )
    by = (col(Order.held_at).is_not(None), col(Order.promised_at), col(Order.id))
    found = look.session.exec(wanted.order_by(*by).limit(limits.LIST_SIZE)).all()
    return [
        _delivery_row(order, case_no or "", _why(merchant, facts_beside(order, known), look.now), look.now)
        for order, case_no, *known in found
    ]


def _why(merchant: Actor, facts: OrderFacts, now: datetime) -> str:
    """Why this merchant may not deliver it: what holds it."""
    turn = may(OrderAct.deliver, standing(merchant), facts, now)
    if turn.reason is not Reason.held:
        return ""
    return "rejected" if facts.hold_until else "in_case"


def _delivery_row(order: Order, case_no: str, why: str, now: datetime) -> DeliveryRow:
    return DeliveryRow(
        no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        quantity=pieces_left(order),
        total=pieces_left(order) * order.unit_price,
        paid_at=order.paid_at,
        promised_at=order.promised_at,
        late=order.promised_at is not None and order.promised_at <= now,
        why=why,
        hold_until=order.hold_until,
        case_no=case_no,
    )
