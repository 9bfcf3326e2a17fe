"""Presses our own fault stopped: what they asked for is judged by their moment (R63)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
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


class Presses(NamedTuple):
    """What earlier presses on an order left: by way the earliest an error of ours stopped, and those unanswered."""

    stopped: dict[Way, Stopped]
    waiting: list[Attempt]


_COUNTING = col(Attempt.answer).in_((FAULT, "")) & (col(Attempt.order_id) == sa.bindparam("order"))
_JUDGED = sa.exists().where(col(Case.order_id) == sa.bindparam("order"), col(Case.judged_at).is_not(None))
_PRESSES = select(Attempt, _JUDGED).where(_COUNTING).order_by(col(Attempt.id).desc())


def presses_of(session: Session, order: Order, *, now: datetime) -> Presses:
    """What was pressed before on this order, in one statement.

    Once an order: after a case was judged by an earlier moment nothing that was stopped counts any more.
    """
    found = session.exec(_PRESSES, params={"order": order.id}).all()
    stopped = [one for one, judged in found if not judged and one.answer == FAULT]
    return Presses(_by_way(stopped, now), [one for one, _ in found if one.answer == ""])


def stopped_beside(session: Session, order: Order, cases: Sequence[Case], *, now: datetime) -> dict[Way, Stopped]:
    """By way the earliest press within a day that an error of ours stopped, with the cases of the order at hand."""
    if any(case.judged_at for case in cases):
        return {}
    wanted = select(Attempt).where(Attempt.order_id == order.id, Attempt.answer == FAULT)
    return _by_way(session.exec(wanted.order_by(col(Attempt.id).desc())).all(), now)


def _by_way(stopped: Sequence[Attempt], now: datetime) -> dict[Way, Stopped]:
    """Of each way the earliest that still counts; `stopped`: newest first."""
    counting = [one for one in stopped if one.at >= now - limits.ATTEMPT_COUNTS]
    return {Way(one.way): Stopped(one.at, one.fault) for one in counting}
