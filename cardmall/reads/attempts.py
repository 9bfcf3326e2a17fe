"""Presses our own fault stopped: what they asked for is judged by their moment (R63)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Way
from cardmall.models import Attempt, Case, Order

FAULT = "fault"  # the answer of an attempt that an error of ours stopped


@dataclass(frozen=True)
class Stopped:
    """When somebody pressed, and the number of the error that stopped it."""

    at: datetime
    fault: str


def stopped_since(session: Session, order: Order, *, now: datetime) -> dict[Way, Stopped]:
    """The earliest attempt of each way within a day that an error of ours stopped.

    Once an order: after a case was judged by an earlier moment nothing more counts.
    """
    judged = select(Case).where(Case.order_id == order.id, col(Case.judged_at).is_not(None))
    return stopped_beside(session, order, session.exec(judged.limit(1)).all(), now=now)


def stopped_beside(session: Session, order: Order, cases: Sequence[Case], *, now: datetime) -> dict[Way, Stopped]:
    """The same, with the cases of the order at hand."""
    if any(case.judged_at for case in cases):
        return {}
    wanted = select(Attempt).where(
        Attempt.order_id == order.id, Attempt.answer == FAULT, Attempt.at >= now - limits.ATTEMPT_COUNTS
    )
    found = session.exec(wanted.order_by(col(Attempt.id).desc()))
    return {Way(attempt.way): Stopped(attempt.at, attempt.fault) for attempt in found}
