"""Presses our own fault stopped: what they asked for is judged by their moment (R63)."""

from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Way
from cardmall.models import Attempt, Order


def stopped_since(session: Session, order: Order, *, now: datetime, but: int = 0) -> dict[Way, datetime]:
    """The earliest attempt of each way, a week old at most, that never got an answer."""
    wanted = select(Attempt.way, Attempt.at).where(
        Attempt.order_id == order.id,
        Attempt.answer == "",
        Attempt.id != but,
        Attempt.at >= now - limits.ATTEMPT_COUNTS,
    )
    return {Way(way): at for way, at in session.exec(wanted.order_by(col(Attempt.id).desc()))}
