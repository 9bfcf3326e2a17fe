"""May a member of a shop set it away, or open it again (R98)? Use cases call may()."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.rules.turn import Permission, Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, Role


class AwayAct(StrEnum):
    """What an owner does about it: until which day the shop takes no orders, or that it takes them again."""

    leave = "leave"
    return_ = "return"


@dataclass(frozen=True)
class AwayFacts:
    """All that decides about it. `current`: nobody set it otherwise since it was looked at."""

    current: bool = True


_A = AwayAct
# The first row of the act that fits refuses.
TABLE: tuple[Row[AwayAct, AwayFacts], ...] = (
    Row(
        frozenset(AwayAct),
        lambda f, who, now: Permission.owner not in who.permissions,
        Reason.not_allowed,
        Offer.overview,
    ),
    Row(frozenset({_A.leave}), lambda f, who, now: not f.current, Reason.changed, Offer.form),
)


def may(action: AwayAct, who: Standing, facts: AwayFacts, now: datetime) -> Turn[AwayAct]:
    """May `who` do this about the own shop now? Total: every facts and time has an answer."""
    if who.role is not Role.merchant:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
