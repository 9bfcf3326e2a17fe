"""When the channel is called or asked about a refund again, and when an order needs nobody to look any more."""

from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Abnormal, RefundStatus
from cardmall.models import Order, Refund
from cardmall.queries.money import waiting_jobs
from cardmall.services.journal import Act, reopen, restage, schedule

NEEDING = (RefundStatus.needs_attention, RefundStatus.bounced)  # a person


def clear_abnormal(session: Session, order: Order) -> None:
    """The flag goes with the last refund that needs a person."""
    stuck = select(Refund.id).where(Refund.order_id == order.id, col(Refund.status).in_(NEEDING))
    if order.abnormal is Abnormal.refund_stuck and session.exec(stuck).first() is None:
        order.abnormal = None
        restage(session, order)


def remind_at(session: Session, act: Act, refund: Refund) -> None:
    """No admin forgets it: a day later they are told again, until it moves."""
    key = f"refund_stuck:{refund.no}:{int(act.now.timestamp())}"
    schedule(session, "refund_stuck", key, {"refund": refund.no}, act.now + limits.REFUND_STUCK_EVERY)


def send_at(session: Session, act: Act, refund: Refund, at: datetime) -> None:
    """With its own number, however often (R81)."""
    key = f"send_refund:{refund.no}:{act.now.timestamp():.3f}"
    schedule(session, "send_refund", key, {"refund": refund.no}, at)


def ask_now(session: Session, refund: Refund, now: datetime) -> None:
    """The next question to the channel is put at once; there is never more than one waiting."""
    waiting = waiting_jobs(session, "query_refund", refund.no)
    if waiting:
        reopen(session, waiting, now)
    else:
        ask_at(session, refund, now, now)


def ask_at(session: Session, refund: Refund, now: datetime, at: datetime) -> None:
    """The channel is asked at `at` what became of this number."""
    key = f"query_refund:{refund.no}:{now.timestamp():.3f}"
    schedule(session, "query_refund", key, {"refund": refund.no}, at)
