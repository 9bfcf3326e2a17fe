"""Which orders are worth a look: whatever might make one of the rules of domain.repairs fit (R3, R60)."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.jobs import JobKind
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
from cardmall.models import Card, Case, Job, Order, Payment, Refund, Transfer
from cardmall.reads.money import live_refunds, ownerless, refunds_in
from cardmall.reads.searching import aside
from cardmall.reads.stages import QUIET, right_stage

MOVES_REFUND = (JobKind.send_refund, JobKind.query_refund)
ON_ITS_WAY = (RefundStatus.sent, RefundStatus.processing)


def returned() -> sa.ColumnElement[bool]:
    """A refund that had arrived, and of which the channel says that it came back; nobody has confirmed it yet."""
    return sa.and_(aside(col(Refund.status)) == RefundStatus.succeeded, col(Refund.returned_at).is_not(None))


def paid_anyway() -> sa.ColumnElement[bool]:
    """A replaced refund that was paid all the same (reads.refunds.was_paid_anyway), not written off yet."""
    replaced = col(Refund.status).in_(REPLACED_REFUND)
    paid = col(Refund.succeeded_at).is_not(None) & col(Refund.bounced_at).is_(None)
    return replaced & paid & col(Refund.written_off_at).is_(None)


def unlisted() -> sa.ColumnElement[bool]:
    """A refund on its way about which the channel answered with a code nobody has listed."""
    return col(Refund.status).in_(ON_ITS_WAY) & (col(Refund.unlisted) > 0)


def _is_silent() -> sa.ColumnElement[bool]:
    return (col(Refund.status) == RefundStatus.sent) & (col(Refund.sent_at) <= sa.bindparam("silent"))


def suspects(session: Session, now: datetime) -> set[int]:
    """Orders worth a look: whatever might make one of the rules fit, the first of each search, in one statement."""
    before = {"silent": now - limits.REFUND_SILENT, "late": now - limits.JOB_LATE}
    return set(session.connection().execute(_first_of_each(), before).scalars())


@cache
def _first_of_each() -> sa.CompoundSelect[Any]:
    """Built once: building it takes ten times as long as running it."""
    return sa.union(*(sa.select(wanted.limit(limits.LIST_SIZE).subquery()) for wanted in _searches()))


def _searches() -> Iterable[Any]:
    held, no = col(Order.held_at).is_not(None), sa.select(col(Order.id))
    in_case = col(Order.id).in_(sa.select(col(Case.order_id)).where(col(Case.status).in_(OPEN_CASE)))
    offered = sa.select(col(Transfer.order_id)).where(col(Transfer.status).in_(OPEN_TRANSFER))
    free = ~in_case & col(Order.id).not_in(offered)
    auto = (col(Order.mode) == DeliveryMode.auto) & ~held
    yield no.where(col(Order.abnormal).is_not(None))
    yield no.where(col(Order.status) == OrderStatus.pending_payment, ~_waits(Order.id, JobKind.expire_order))
    yield no.where(col(Order.status) == OrderStatus.awaiting_delivery, auto, ~_waits(Order.id, JobKind.deliver))
    yield no.where(col(Order.status) == OrderStatus.delivered, ~_waits(Order.id, JobKind.complete))
    yield no.where(held, free, sa.or_(col(Order.hold_until).is_(None), ~_waits(Order.id, JobKind.end_hold)))
    yield no.where(col(Order.escrow).is_not(None), ownerless_order())
    yield no.where(unsettled(), ~_waits(Order.id, JobKind.settle))
    yield no.where(_misplaced())
    cases = sa.select(col(Case.order_id))
    early = col(Case.status).in_(OPEN_CASE - {CaseStatus.appeal, CaseStatus.overdue})
    yield cases.where(early, ~_waits(Case.order_id, JobKind.case_deadline))
    overdue, appealed = (col(Case.status) == status for status in (CaseStatus.overdue, CaseStatus.appeal))
    yield cases.where(overdue, ~_waits(Case.order_id, JobKind.end_grace, JobKind.case_deadline))
    yield cases.where(appealed, ~_waits(Case.order_id, JobKind.ruling_late))
    yield cases.where(appealed, col(Case.grace_at).is_not(None), ~_waits(Case.order_id, JobKind.end_grace))
    untaken = col(Transfer.status) == TransferStatus.offered
    yield offered.where(untaken, ~_waits(Transfer.order_id, JobKind.transfer_deadline))
    yield from (refunds.where(~_is_moved()) for refunds in live_refunds(Refund.order_id))
    yield sa.select(col(Refund.order_id)).where(returned())
    yield from (refunds.where(paid_anyway()) for refunds in refunds_in(Refund.order_id, REPLACED_REFUND))
    yield from (refunds.where(unlisted()) for refunds in refunds_in(Refund.order_id, ON_ITS_WAY))
    yield sa.select(col(Refund.order_id)).where(_is_silent())
    reserved = sa.select(col(Card.order_id)).join(Order, col(Order.id) == Card.order_id)
    yield sa.select(col(Card.order_id)).where(is_twin())
    yield reserved.where(col(Card.status) == CardStatus.reserved, col(Order.status) != OrderStatus.pending_payment)
    jobs = sa.select(col(Job.order_id)).where(col(Job.order_id).is_not(None))
    yield jobs.where(col(Job.state) == "dead")
    yield jobs.where(col(Job.state) == "open", col(Job.due_at) < sa.bindparam("late"))


def is_twin() -> sa.ColumnElement[bool]:
    """A card with a code, not void, that was sold before."""
    open_to_see = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)
    return col(Card.twin_of).is_not(None) & aside(col(Card.status)).in_(open_to_see)


def _waits(order_id: Any, *kinds: JobKind, such: sa.ColumnElement[bool] | None = None) -> sa.ColumnElement[bool]:
    """A job of these kinds, waiting or dead, is about the order."""
    about = (col(Job.order_id) == order_id, col(Job.kind).in_(kinds), col(Job.state) != "done")
    return sa.exists().where(*about, *(() if such is None else (such,)))


def _is_moved() -> sa.ColumnElement[bool]:
    """A job, waiting or dead, sends this very refund or asks about it: another refund of the order may have its own."""
    no = sa.type_coerce(Job.args, sa.JSON)["refund"].as_string()
    return _waits(Refund.order_id, *MOVES_REFUND, such=no == col(Refund.no))


def ownerless_order() -> sa.ColumnElement[bool]:
    """An order with money that nothing accounts for (R3)."""
    lost = sa.select(col(Payment.order_id)).where(col(Payment.order_id) == col(Order.id), ownerless())
    return sa.exists(lost.correlate(Order))


def unsettled() -> sa.ColumnElement[bool]:
    """Ended, and more in escrow than the refunds on their way will take."""
    owed = _sum(Refund, col(Refund.status).in_(LIVE_REFUND))
    ended = aside(col(Order.status)).in_((OrderStatus.completed, OrderStatus.canceled))
    return col(Order.escrow).is_not(None) & ended & (col(Order.escrow) > owed)


def _sum(kind: Any, which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Fen of this kind under the order at hand."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(kind.amount), 0))
        .where(kind.order_id == Order.id, which)
        .scalar_subquery()
    )


def _misplaced() -> sa.ColumnElement[bool]:
    """Under another tab than `stage_of` says."""
    has = lambda kind, which: sa.exists().where(kind.order_id == Order.id, kind.status.in_(which))  # noqa: E731
    wrong = col(Order.stage) != right_stage(has(Case, OPEN_CASE), has(Refund, LIVE_REFUND))
    return col(Order.id).in_(_not_quiet()) & wrong


def _not_quiet() -> sa.CompoundSelect[Any]:
    """Every order under another tab than its status alone means, or with something that means another; all by index."""
    no = sa.select(col(Order.id))
    elsewhere = [
        no.where(col(Order.status) == status, col(Order.stage).in_([one for one in Stage if one is not quiet]))
        for status, quiet in QUIET.items()
    ]
    return sa.union(
        *elsewhere,
        no.where(col(Order.abnormal).is_not(None)),
        sa.select(col(Case.order_id)).where(col(Case.status).in_(OPEN_CASE)),
        *live_refunds(Refund.order_id),
    )
