"""May the clock act on a case now? Every job about a case asks again before it acts (R64, R79)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import CaseStatus, Offer, Outcome, Reason, Role


class ClockAct(StrEnum):
    """What a job does: end the state the case is in, end the merchant's grace, tell that a ruling is late."""

    end_state = "end_state"
    end_grace = "end_grace"
    tell_late = "tell_late"


@dataclass(frozen=True)
class ClockFacts:
    """A case and its time. `grace_at`: when the platform approves what the merchant left unanswered, if it may.

    `undelivered`: its order still waits for its delivery.
    """

    status: CaseStatus
    deadline: datetime
    grace_at: datetime | None = None
    undelivered: bool = False

    @property
    def over_at(self) -> datetime:
        """From when on the deadline is missed: what was decided in its second was in time."""
        return self.deadline + limits.DEADLINE_SECOND

    @property
    def grace_over_at(self) -> datetime | None:
        return self.grace_at + limits.DEADLINE_SECOND if self.grace_at else None

    @property
    def ends_by_itself(self) -> bool:
        """Its state ends with its deadline; one that is overdue only if it was so before there was a grace."""
        return self.status in _ENDING or (self.status is CaseStatus.overdue and self.grace_at is None)


_ENDING = (CaseStatus.review, CaseStatus.info_requested, CaseStatus.offered, CaseStatus.asked)
_SILENT = (CaseStatus.overdue, CaseStatus.appeal)
_STATE, _GRACE, _LATE = (frozenset({act}) for act in ClockAct)
# The first row of the act that fits refuses.
TABLE: tuple[Row[ClockAct, ClockFacts], ...] = (
    Row(_STATE, lambda f, who, now: not f.ends_by_itself, Reason.stale, Offer.case),
    Row(_LATE, lambda f, who, now: f.status is not CaseStatus.appeal, Reason.stale, Offer.case),
    Row(
        _STATE | _LATE,
        lambda f, who, now: now < f.over_at,
        Reason.too_early,
        Offer.case,
        lambda f, who, now: f.over_at,
    ),
    Row(_GRACE, lambda f, who, now: f.status not in _SILENT or f.grace_at is None, Reason.stale, Offer.case),
    Row(_GRACE, lambda f, who, now: not f.undelivered, Reason.delivered, Offer.case),
    Row(
        _GRACE,
        lambda f, who, now: f.grace_over_at is not None and now < f.grace_over_at,
        Reason.too_early,
        Offer.case,
        lambda f, who, now: f.grace_over_at,
    ),
)


def may(action: ClockAct, who: Standing, facts: ClockFacts, now: datetime) -> Turn[ClockAct]:
    """May the job do this to the case now?"""
    if who.role is not Role.system:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
