"""Orders that wait for their codes."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.orders import OrderAct, OrderFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import OPEN_TRANSFER, Actor, Reason, Role
from cardmall.models import Case, Order, Transfer
from cardmall.reads.approvals import NO_RULE, is_under_rule, rules_of
from cardmall.reads.cases import ASKED
from cardmall.reads.desks import TO_DELIVER
from cardmall.reads.facts import pieces_left
from cardmall.reads.look import Look
from cardmall.reads.orders import fact_columns, facts_beside
from cardmall.reads.people import require
from cardmall.views.buyer_fields import FieldAnswer, GivenFields, given_fields


@dataclass(frozen=True)
class DeliveryRow:
    """A manual order waiting for the merchant's codes, or, by its `form`, a receipt. `why` it may not be delivered:
    in_case, rejected, transferring, or "".

    `quantity` and `total` (fen): of the pieces left. `late`: the promise is over. `case_no`: the order's last case.
    `fields`: what its buyer answered, masked while it may not be delivered; `edition`: how often, 0 for never;
    `corrected`: since the page was opened. `begun_at`: the shop said that it works on it; `can_begin`: nobody did yet;
    `ruled`: until then a request is approved by the rule of its product, `closed`: and `fields` are read by that press
    only (R97). `transfer_no`: the open offer of the order to somebody else (R53), or "".
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
    why: str
    hold_until: datetime | None
    case_no: str = ""
    transfer_no: str = ""
    fields: list[FieldAnswer] = field(default_factory=list)
    edition: int = 0
    form: str = ""
    corrected: bool = False
    begun_at: datetime | None = None
    can_begin: bool = False
    ruled: bool = False
    closed: bool = False


def to_deliver(look: Look) -> list[DeliveryRow]:
    """Manual orders waiting for codes, the nearest promise first; held ones last, they may not be delivered."""
    merchant = require(look.who, Role.merchant)
    newest = select(Case.no).where(Case.order_id == Order.id, ASKED).order_by(col(Case.id).desc())
    last = newest.limit(1).scalar_subquery()
    its_offer = (Transfer.order_id == Order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    offer = select(Transfer.no).where(*its_offer).scalar_subquery()
    wanted: Any = sa.select(Order, last, offer, *fact_columns()).where(
        col(Order.shop_id) == merchant.shop_id, TO_DELIVER
    )
    by = (col(Order.held_at).is_not(None), col(Order.promised_at), col(Order.id))
    found = look.session.exec(wanted.order_by(*by).limit(limits.LIST_SIZE)).all()
    facts = {order.no: facts_beside(order, known) for order, _, _, *known in found}
    rules = rules_of(look.session, {order.product_id for order, *_ in found})
    given = given_fields(look, [(order, facts[order.no]) for order, *_ in found], rules)
    return [
        replace(
            _delivery_row(order, _why(merchant, facts[order.no], look.now), given.get(order.id or 0), look.now),
            case_no=case_no or "",
            transfer_no=transfer_no or "",
            can_begin=may(OrderAct.begin, standing(merchant), facts[order.no], look.now).is_open,
            ruled=is_under_rule(order, rules.get(order.product_id, NO_RULE)),
        )
        for order, case_no, transfer_no, *_ in found
    ]


def _why(merchant: Actor, facts: OrderFacts, now: datetime) -> str:
    """Why it may not be delivered: what holds it."""
    turn = may(OrderAct.deliver, standing(merchant), facts, now)
    if turn.reason is Reason.transfer_open:
        return "transferring"
    if turn.reason is not Reason.held:
        return ""
    return "rejected" if facts.hold_until else "in_case"


def _delivery_row(order: Order, why: str, given: GivenFields | None, now: datetime) -> DeliveryRow:
    return DeliveryRow(
        no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        quantity=pieces_left(order),
        total=pieces_left(order) * order.unit_price,
        paid_at=order.paid_at,
        promised_at=order.promised_at,
        late=order.promised_at is not None and order.promised_at <= now,
        why=why,
        form=order.terms.form.value,
        begun_at=order.begun_at,
        hold_until=order.hold_until,
        fields=given.answers if given else [],
        edition=given.edition if given else 0,
        closed=given is not None and given.closed,
    )
