"""How a shop has answered in the last 30 days, beside the 30 before (R72)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain import limits
from cardmall.domain.terms import Actor, CaseStatus
from cardmall.models import Case, Order

DECIDED = (CaseStatus.approved, CaseStatus.rejected, CaseStatus.settled)
REASONS = 3  # shown


@dataclass(frozen=True)
class ReasonShare:
    """One reason and its share of the requests."""

    reason: str
    percent: int


@dataclass(frozen=True)
class ShopRecord:
    """Numbers of the last 30 days; -1: nothing to measure yet. Money in fen.

    `faster`, `slower`: percent by which the median time to answer differs from the 30 days before (0: not known, or
    the same). `permille`: refunded of what was sold.
    """

    answered: int = 0
    approved_percent: int = -1
    median_minutes: int = -1
    faster: int = 0
    slower: int = 0
    refunded: int = 0
    permille: int = -1
    reasons: list[ReasonShare] = field(default_factory=list)


_Answer = tuple[CaseStatus, datetime, datetime, int]  # status, opened, ended, fen


def shop_record(session: Session, merchant: Actor, now: datetime) -> ShopRecord:
    """Three statements, however long the shop has been selling."""
    since = now - limits.RECORD_OF
    answers = _answers(session, merchant, since - limits.RECORD_OF)
    lately = [a for a in answers if a[2] > since]
    median, before = _median(lately), _median([a for a in answers if a[2] <= since])
    change = round(100 * (median - before) / before) if median >= 0 and before > 0 else 0
    refunded = sum(amount for status, *_, amount in lately if status is not CaseStatus.rejected)
    sold = _sold(session, merchant, since)
    agreed = sum(1 for status, *_ in lately if status is not CaseStatus.rejected)
    return ShopRecord(
        answered=len(lately),
        approved_percent=round(100 * agreed / len(lately)) if lately else -1,
        median_minutes=median,
        faster=max(0, -change),
        slower=max(0, change),
        refunded=refunded,
        permille=round(1000 * refunded / sold) if sold else -1,
        reasons=_reasons(session, merchant, since),
    )


def _answers(session: Session, merchant: Actor, since: datetime) -> list[_Answer]:
    paid_back = sa.case((col(Case.status) == CaseStatus.settled, Case.offer_amount), else_=Case.amount)
    wanted = sa.select(col(Case.status), col(Case.opened_at), col(Case.ended_at), paid_back).where(
        col(Case.shop_id) == merchant.shop_id, col(Case.status).in_(DECIDED), col(Case.ended_at) > since
    )
    return [
        (status, opened, ended or opened, fen) for status, opened, ended, fen in session.connection().execute(wanted)
    ]


def _median(answers: Sequence[_Answer]) -> int:
    """Minutes from request to answer; -1 without any."""
    minutes = sorted(int((ended - opened).total_seconds() // 60) for _, opened, ended, _ in answers)
    return minutes[len(minutes) // 2] if minutes else -1


def _sold(session: Session, merchant: Actor, since: datetime) -> int:
    paid = sa.select(sa.func.coalesce(sa.func.sum(Order.total), 0)).where(
        col(Order.shop_id) == merchant.shop_id, col(Order.paid_at) > since
    )
    return int(session.connection().execute(paid).scalar_one())


def _reasons(session: Session, merchant: Actor, since: datetime) -> list[ReasonShare]:
    """The most frequent ones first."""
    wanted = (
        sa.select(col(Case.reason), sa.func.count())
        .where(col(Case.shop_id) == merchant.shop_id, col(Case.opened_at) > since)
        .group_by(col(Case.reason))
    )
    counted = Counter({reason.value: times for reason, times in session.connection().execute(wanted)})
    return [ReasonShare(reason, round(100 * times / counted.total())) for reason, times in counted.most_common(REASONS)]
