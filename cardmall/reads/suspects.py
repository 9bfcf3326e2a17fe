"""Which orders are worth a look: whatever might make one of the rules of domain.repairs fit (R3, R60)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.jobs import JobKind
from cardmall.domain.ledger import Account
from cardmall.domain.lifecycle import stage_of
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    REPLACED_REFUND,
    CardStatus,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    RefundStatus,
    Stage,
    TransferStatus,
)
from cardmall.models import Card, Case, Job, Order, Payment, Posting, Refund, Transfer
from cardmall.reads.money import ownerless

NAMED = ("case", "refund", "payment", "transfer")  # what a job's argument may name
MOVES_REFUND = (JobKind.send_refund, JobKind.query_refund)


def returned() -> sa.ColumnElement[bool]:
    """A refund that had arrived, and of which the channel says that it came back; nobody has confirmed it yet."""
    return sa.and_(col(Refund.status) == RefundStatus.succeeded, col(Refund.returned_at).is_not(None))


def paid_anyway() -> sa.ColumnElement[bool]:
    """A replaced refund that was paid all the same (reads.refunds.was_paid_anyway), not written off yet."""
    replaced = col(Refund.status).in_(REPLACED_REFUND)
    paid = col(Refund.succeeded_at).is_not(None) & col(Refund.bounced_at).is_(None)
    return replaced & paid & col(Refund.written_off_at).is_(None)


def unlisted() -> sa.ColumnElement[bool]:
    """A refund on its way about which the channel answered with a code nobody has listed."""
    return col(Refund.status).in_((RefundStatus.sent, RefundStatus.processing)) & (col(Refund.unlisted) > 0)


_CLOSED = (OrderStatus.canceled, OrderStatus.expired)
_QUIET = {"abnormal": False, "case_open": False, "refunding": False}


def _is_silent(now: datetime) -> sa.ColumnElement[bool]:
    return (col(Refund.status) == RefundStatus.sent) & (col(Refund.sent_at) <= now - limits.REFUND_SILENT)


def suspects(session: Session, now: datetime) -> set[int]:
    """Orders worth a look: whatever might make one of the rules fit."""
    found: set[int] = set()
    for wanted in _searches(now):
        found |= set(session.connection().execute(wanted.limit(limits.LIST_SIZE)).scalars())
    bad = sa.or_(col(Job.state) == "dead", (col(Job.state) == "open") & (col(Job.due_at) < now - limits.JOB_LATE))
    return found | _owners(session, session.exec(select(Job).where(bad).limit(limits.LIST_SIZE)).all())


def _searches(now: datetime) -> Iterable[Any]:
    held, no = col(Order.held_at).is_not(None), sa.select(col(Order.id))
    in_case = col(Order.id).in_(sa.select(col(Case.order_id)).where(col(Case.status).in_(OPEN_CASE)))
    offered = sa.select(col(Transfer.order_id)).where(col(Transfer.status).in_(OPEN_TRANSFER))
    free = ~in_case & col(Order.id).not_in(offered)
    auto = (col(Order.mode) == DeliveryMode.auto) & ~held
    yield no.where(col(Order.abnormal).is_not(None))
    yield no.where(col(Order.status) == OrderStatus.pending_payment, ~_named("order", JobKind.expire_order))
    yield no.where(col(Order.status) == OrderStatus.awaiting_delivery, auto, ~_named("order", JobKind.deliver))
    yield no.where(col(Order.status) == OrderStatus.delivered, ~_named("order", JobKind.complete))
    yield no.where(held, free, sa.or_(col(Order.hold_until).is_(None), ~_named("order", JobKind.end_hold)))
    yield no.where(ownerless_order())
    yield no.where(unsettled(), ~_named("order", JobKind.settle))
    yield no.where(_misplaced())
    cases = sa.select(col(Case.order_id))
    early = col(Case.status).in_(OPEN_CASE - {CaseStatus.appeal, CaseStatus.overdue})
    yield cases.where(early, ~_named("case", JobKind.case_deadline))
    yield cases.where(col(Case.status) == CaseStatus.overdue, ~_named("case", JobKind.end_grace, JobKind.case_deadline))
    yield cases.where(col(Case.status) == CaseStatus.appeal, ~_named("case", JobKind.ruling_late))
    yield cases.where(
        col(Case.status) == CaseStatus.appeal, col(Case.grace_at).is_not(None), ~_named("case", JobKind.end_grace)
    )
    yield offered.where(col(Transfer.status) == TransferStatus.offered, ~_named("transfer", JobKind.transfer_deadline))
    refunds = sa.select(col(Refund.order_id)).where(col(Refund.status).in_(LIVE_REFUND))
    yield refunds.where(~_named("refund", *MOVES_REFUND))
    yield sa.select(col(Refund.order_id)).where(returned())
    yield sa.select(col(Refund.order_id)).where(paid_anyway())
    yield sa.select(col(Refund.order_id)).where(unlisted())
    yield sa.select(col(Refund.order_id)).where(_is_silent(now))
    reserved = sa.select(col(Card.order_id)).join(Order, col(Order.id) == Card.order_id)
    yield twins()
    yield reserved.where(col(Card.status) == CardStatus.reserved, col(Order.status) != OrderStatus.pending_payment)


def twins() -> Any:
    """Orders with a code, not void, that was sold before."""
    open_to_see = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)
    return sa.select(col(Card.order_id)).where(col(Card.twin_of).is_not(None), col(Card.status).in_(open_to_see))


def _named(name: str, *kinds: JobKind) -> sa.ColumnElement[bool]:
    """A job of these kinds, waiting or dead, names the row."""
    column = {
        "order": sa.cast(col(Order.id), sa.String),
        "case": col(Case.no),
        "refund": col(Refund.no),
        "transfer": col(Transfer.no),
    }[name]
    return column.in_(sa.select(job_arg(name)).where(col(Job.kind).in_(kinds), col(Job.state) != "done"))


def job_arg(name: str) -> Any:
    """An argument of a job as text; numbers are written without quotes."""
    return sa.type_coerce(Job.args, sa.JSON)[name].as_string()


def ownerless_order() -> sa.ColumnElement[bool]:
    """An order with money that nothing accounts for (R3)."""
    lost = sa.select(col(Payment.order_id)).where(col(Payment.order_id) == col(Order.id), ownerless())
    return sa.exists(lost.correlate(Order))


def unsettled() -> sa.ColumnElement[bool]:
    """Ended, and more in escrow than the refunds on their way will take."""
    held = _sum(Posting, col(Posting.account) == Account.escrow)
    owed = _sum(Refund, col(Refund.status).in_(LIVE_REFUND))
    return col(Order.status).in_((OrderStatus.completed, OrderStatus.canceled)) & (held > owed)


def _sum(kind: Any, which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Fen of this kind under the order at hand."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(kind.amount), 0))
        .where(kind.order_id == Order.id, which)
        .scalar_subquery()
    )


def _misplaced() -> sa.ColumnElement[bool]:
    """Under another tab than `stage_of` says."""
    has = lambda kind, which: col(Order.id).in_(sa.select(kind.order_id).where(kind.status.in_(which)))  # noqa: E731
    right = sa.case(
        (col(Order.abnormal).is_not(None), Stage.abnormal),
        (has(Case, OPEN_CASE), Stage.in_case),
        (has(Refund, LIVE_REFUND), Stage.refunding),
        *((col(Order.status) == status, stage_of(status, **_QUIET)) for status in OrderStatus),
    )
    return col(Order.stage) != right


def _owners(session: Session, jobs: Sequence[Job]) -> set[int]:
    """The orders these jobs are about."""
    found = {int(job.args["order"]) for job in jobs if "order" in job.args}
    for name, kind in (("case", Case), ("refund", Refund), ("payment", Payment), ("transfer", Transfer)):
        nos = [job.args[name] for job in jobs if name in job.args]
        found |= set(session.connection().execute(sa.select(col(kind.order_id)).where(col(kind.no).in_(nos))).scalars())
    return found
