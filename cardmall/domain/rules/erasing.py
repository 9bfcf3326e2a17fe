"""May the answers a buyer gave with an order be erased? The job that erases calls may() and looks again (R86)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, Role


class ErasingAct(StrEnum):
    """The one act: forget what the buyer typed."""

    erase = "erase"


@dataclass(frozen=True)
class ErasingFacts:
    """`over_at`: when the order was settled with its shop, or ended; None: not yet. `in_case`: a case or an offer to
    somebody else is open; `owed`: a refund is."""

    over_at: datetime | None = None
    in_case: bool = False
    owed: bool = False


_ERASE = frozenset({ErasingAct.erase})


def _again(facts: ErasingFacts, who: Standing, now: datetime) -> datetime:
    return now + limits.ANSWERS_AGAIN


def _erased_at(facts: ErasingFacts) -> datetime | None:
    return facts.over_at + limits.ANSWERS_KEPT if facts.over_at else None


def _is_early(facts: ErasingFacts, who: Standing, now: datetime) -> bool:
    at = _erased_at(facts)
    return at is not None and now < at


# The first row that fits refuses, and says when to look again: before an end is known, every day.
TABLE: tuple[Row[ErasingAct, ErasingFacts], ...] = (
    Row(_ERASE, lambda f, who, now: f.over_at is None, Reason.too_early, Offer.order, _again),
    Row(_ERASE, _is_early, Reason.too_early, Offer.order, lambda f, who, now: _erased_at(f)),
    Row(_ERASE, lambda f, who, now: f.in_case, Reason.case_open, Offer.case, _again),
    Row(_ERASE, lambda f, who, now: f.owed, Reason.refund_open, Offer.order, _again),
)


def may(action: ErasingAct, who: Standing, facts: ErasingFacts, now: datetime) -> Turn[ErasingAct]:
    """May the job erase now?"""
    if who.role is not Role.system:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
