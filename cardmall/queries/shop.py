"""The merchant's side: the review queue by deadline, one case, and what is to be delivered by hand."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.review import offer_kinds, reject_reasons
from cardmall.domain.terms import Actor, CaseStatus, DeliveryMode, OrderStatus, Role
from cardmall.models import Account, Case, Order
from cardmall.queries.case import (
    CaseView,
    RoundView,
    SystemEvidence,
    case_view,
    delivered_before,
    rounds_of,
    system_evidence,
)
from cardmall.queries.doors import case_for
from cardmall.queries.keys import place, read_key, write_key
from cardmall.queries.order import OrderView, order_view
from cardmall.queries.people import masked, require

WAITING = (CaseStatus.review, CaseStatus.overdue)


@dataclass(frozen=True)
class QueueRow:
    """A case waiting for the merchant. Money in fen."""

    no: str
    order_no: str
    product: str
    cover: str
    kind: str
    status: str
    reason: str
    text: str
    amount: int
    opened_at: datetime
    deadline: datetime
    overdue: bool


@dataclass(frozen=True)
class Queue:
    """The review queue, nearest deadline first; `next_key` leads on ("" = the end)."""

    rows: list[QueueRow] = field(default_factory=list)
    waiting: int = 0
    soon: int = 0
    answered: int = 0
    approved_percent: int = -1
    median_minutes: int = -1
    refunded: int = 0
    next_key: str = ""


@dataclass(frozen=True)
class ShopCase:
    """One case on the merchant's desk: the case, its order, who asks (masked), and the reasons a rejection may give."""

    case: CaseView | None = None
    order: OrderView = field(default_factory=OrderView)
    shopper: str = ""
    shopper_orders: int = 0
    shopper_cases: int = 0
    reject_reasons: list[str] = field(default_factory=list)
    offer_kinds: list[str] = field(default_factory=list)
    rounds: list[RoundView] = field(default_factory=list)
    system: SystemEvidence = field(default_factory=SystemEvidence)


@dataclass(frozen=True)
class DeliveryRow:
    """A manual order waiting for the merchant's codes. `why` it may not be delivered: in_case, rejected, or "".

    `late`: the promise is over. `case_no`: the order's last case.
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


def review_queue(session: Session, actor: Actor | None, *, after: str = "", now: datetime) -> Queue:
    """The shop's open cases by deadline, and how it answered in the last 30 days (R42, R72)."""
    merchant = require(actor, Role.merchant)
    mine = (col(Case.shop_id) == merchant.shop_id, col(Case.status).in_(WAITING))
    wanted = select(Case, Order).join(Order, col(Order.id) == Case.order_id).where(*mine)
    if key := read_key(after):
        wanted = wanted.where(sa.tuple_(col(Case.deadline), col(Case.id)) > place(key))
    found = session.exec(wanted.order_by(col(Case.deadline), col(Case.id)).limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    waiting, soon = _waiting(session, mine, now)
    return Queue(
        rows=[_queue_row(case, order) for case, order in page],
        waiting=waiting,
        soon=soon,
        next_key=write_key(page[-1][0].deadline, page[-1][0].id) if len(found) > limits.PAGE_SIZE else "",
        **_record(session, merchant, now),
    )


def _waiting(session: Session, mine: tuple[sa.ColumnElement[bool], ...], now: datetime) -> tuple[int, int]:
    soon = sa.func.count().filter(col(Case.deadline) <= now + limits.REVIEW_SOON)
    counted = session.connection().execute(sa.select(sa.func.count(), soon).where(*mine)).one()
    return counted[0], counted[1]


def _record(session: Session, merchant: Actor, now: datetime) -> dict[str, int]:
    """Answers of the last month: how many, share approved, median minutes to answer, fen refunded."""
    wanted = select(Case.status, Case.opened_at, Case.ended_at, Case.amount).where(
        Case.shop_id == merchant.shop_id,
        col(Case.status).in_((CaseStatus.approved, CaseStatus.rejected)),
        col(Case.ended_at) > now - limits.RECORD_OF,
    )
    answers = session.exec(wanted).all()
    if not answers:
        return {}
    approved = [a for a in answers if a[0] is CaseStatus.approved]
    minutes = sorted(int(((ended or opened) - opened).total_seconds() // 60) for _, opened, ended, _ in answers)
    return {
        "answered": len(answers),
        "approved_percent": round(100 * len(approved) / len(answers)),
        "median_minutes": minutes[len(minutes) // 2],
        "refunded": sum(amount for *_, amount in approved),
    }


def _queue_row(case: Case, order: Order) -> QueueRow:
    return QueueRow(
        no=case.no,
        order_no=order.no,
        product=order.product_name,
        cover=order.cover,
        kind=case.kind.value,
        status=case.status.value,
        reason=case.reason.value,
        text=case.text,
        amount=case.amount,
        opened_at=case.opened_at,
        deadline=case.deadline,
        overdue=case.status is CaseStatus.overdue,
    )


def shop_case(session: Session, actor: Actor | None, no: object, *, calendar: WorkCalendar, now: datetime) -> ShopCase:
    """One case of the merchant's shop."""
    case, order = case_for(session, actor, no, Role.merchant)
    shopper = session.get_one(Account, order.shopper_id)
    return ShopCase(
        case=case_view(case, Role.merchant, now),
        order=order_view(session, actor, order.no, calendar=calendar, now=now),
        shopper=masked(shopper.name),
        shopper_orders=_count(session, select(Order.id).where(Order.shopper_id == shopper.id)),
        shopper_cases=_count(session, select(Case.id).join(Order).where(Order.shopper_id == shopper.id)),
        reject_reasons=[r.value for r in reject_reasons(case.kind, delivered=delivered_before(case, order))],
        offer_kinds=[k.value for k in offer_kinds(delivered=order.delivered_at is not None)],
        rounds=rounds_of(session, case),
        system=system_evidence(session, order, now),
    )


def _count(session: Session, wanted: sa.Select[Any] | SelectOfScalar[Any]) -> int:
    return session.connection().execute(sa.select(sa.func.count()).select_from(wanted.subquery())).scalar_one()


def to_deliver(session: Session, actor: Actor | None, *, now: datetime) -> list[DeliveryRow]:
    """Manual orders waiting for codes, the nearest promise first; held ones last, they may not be delivered."""
    merchant = require(actor, Role.merchant)
    last = select(Case.no).where(Case.order_id == Order.id).order_by(col(Case.id).desc()).limit(1).scalar_subquery()
    wanted = select(Order, last).where(
        Order.shop_id == merchant.shop_id,
        Order.status == OrderStatus.awaiting_delivery,
        Order.mode == DeliveryMode.manual,
    )
    by = (col(Order.held_at).is_not(None), col(Order.promised_at), col(Order.id))
    found = session.exec(wanted.order_by(*by).limit(limits.LIST_SIZE)).all()
    return [_delivery_row(order, case_no or "", now) for order, case_no in found]


def _delivery_row(order: Order, case_no: str, now: datetime) -> DeliveryRow:
    held = "rejected" if order.hold_until else "in_case"
    return DeliveryRow(
        no=order.no,
        product=order.product_name,
        cover=order.cover,
        quantity=order.quantity,
        total=order.total,
        paid_at=order.paid_at,
        promised_at=order.promised_at,
        late=order.promised_at is not None and order.promised_at <= now,
        why=held if order.held_at else "",
        hold_until=order.hold_until,
        case_no=case_no,
    )
