"""May an admin have the channel asked about a difference of its statement, or close it? Use cases call may()."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.repairs import Repair
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, Role


class MismatchAct(StrEnum):
    """What an admin does about a difference: have the channel asked, or close it with a note."""

    repair = "repair"
    close = "close"


@dataclass(frozen=True)
class MismatchFacts:
    """`closed`: somebody did, or it agrees by now. `proposed`: what would repair it."""

    closed: bool
    proposed: Repair = Repair.support


_REPAIR = frozenset({MismatchAct.repair})
# The first row of the act that fits refuses.
TABLE: tuple[Row[MismatchAct, MismatchFacts], ...] = (
    Row(frozenset(MismatchAct), lambda f, who, now: f.closed, Reason.changed, Offer.overview),
    Row(_REPAIR, lambda f, who, now: f.proposed is not Repair.ask_channel, Reason.not_allowed, Offer.support),
)


def may(action: MismatchAct, who: Standing, facts: MismatchFacts, now: datetime) -> Turn[MismatchAct]:
    """May `who` do this about the difference now?"""
    if who.role is not Role.admin:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
