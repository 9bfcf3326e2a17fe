"""When the channel is called or asked about a refund again, and when an order needs nobody to look any more."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.jobs import JobKind, QueryRefund, RefundStuck, RefundUnanswered, SendRefund
from cardmall.domain.terms import LIVE_REFUND, Abnormal, RefundCause, RefundStatus
from cardmall.models import Order, Refund
from cardmall.services.act import Act, other_jobs, reopen, schedule
from cardmall.services.ending import restage

NEEDING = (RefundStatus.needs_attention, RefundStatus.bounced)  # a person
_KEEPS = {  # the refunds of an order that keep its flag
    Abnormal.refund_stuck: col(Refund.status).in_(NEEDING),
    Abnormal.wrong_amount: sa.and_(
        col(Refund.cause) == RefundCause.wrong_amount, col(Refund.status).in_(sorted(LIVE_REFUND))
    ),
}


def clear_abnormal(session: Session, order: Order) -> None:
    """Clear the flag its refunds gave `order` unless another of them keeps it, or it lacks cards besides."""
    if order.abnormal is None or order.abnormal not in _KEEPS:
        return
    others = select(Refund.id).where(Refund.order_id == order.id, _KEEPS[order.abnormal])
    if session.exec(others).first() is None:
        order.abnormal = Abnormal.no_stock if order.lacks else None
        restage(session, order)


def remind_at(act: Act, refund: Refund) -> None:
    """Tell the admins about `refund` again in a day; the job ends itself once the refund moves."""
    schedule(act, RefundStuck(refund.no, refund.order_id, act.now), act.now + limits.REFUND_STUCK_EVERY)


def watch(act: Act, refund: Refund) -> None:
    """Look in a day whether the channel gave an answer about `refund` that can be trusted."""
    schedule(act, RefundUnanswered(refund.no, refund.order_id, act.now), act.now + limits.REFUND_UNANSWERED)


def send_at(act: Act, refund: Refund, at: datetime) -> None:
    """Schedule a call that sends `refund` at `at`; repeats are safe, its number is the idempotency key (R81)."""
    schedule(act, SendRefund(refund.no, refund.order_id, act.now), at)


def ask_now(act: Act, refund: Refund) -> None:
    """Ask the channel at once what became of `refund`; a question already waiting is moved up, not doubled."""
    waiting = other_jobs(act, JobKind.query_refund, refund.no)
    if waiting:
        reopen(act, waiting, act.now)
    else:
        ask_at(act, refund, act.now)


def ask_at(act: Act, refund: Refund, at: datetime) -> None:
    """Schedule a question to the channel at `at`: what became of this refund number."""
    schedule(act, QueryRefund(refund.no, refund.order_id, act.now), at)
