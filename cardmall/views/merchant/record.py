"""How a shop has answered in the last 30 days, beside the 30 before (R72)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.record import Figures, share_of
from cardmall.domain.terms import Actor
from cardmall.reads.days import window

REASONS = 3  # shown


@dataclass(frozen=True)
class ReasonShare:
    """One reason and its share of the requests."""

    reason: str
    percent: int


@dataclass(frozen=True)
class ShopRecord:
    """Numbers of the last 30 days in Shanghai, today among them; -1: nothing to measure yet. Money in fen.

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


def shop_record(session: Session, merchant: Actor, now: datetime) -> ShopRecord:
    """Days that are closed by their figures, today by its rows: the same few statements for any history."""
    shop = merchant.shop_id or 0
    lately, before = window(session, [shop], now, limits.RECORD_OF.days)[shop]
    known = lately.median >= 0 and before.median > 0
    change = round(100 * (lately.median - before.median) / before.median) if known else 0
    return ShopRecord(
        answered=lately.answered,
        approved_percent=share_of(lately.agreed, lately.answered),
        median_minutes=lately.median,
        faster=max(0, -change),
        slower=max(0, change),
        refunded=lately.refunded,
        permille=round(1000 * lately.refunded / lately.sold) if lately.sold else -1,
        reasons=_reasons(lately),
    )


def _reasons(figures: Figures) -> list[ReasonShare]:
    """The most frequent ones first."""
    most, asked = figures.reasons.most_common(REASONS), figures.reasons.total()
    return [ReasonShare(reason, share_of(times, asked)) for reason, times in most]
