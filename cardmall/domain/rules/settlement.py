"""May the shop be given what is held for an order? The job that settles calls may() and looks again when refused."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.rules.ways import Facts, decide
from cardmall.domain.terms import Offer, OrderStatus, Outcome, Reason, Role, Way


class SettlementAct(StrEnum):
    """The one act: give the shop its money."""

    settle = "settle"


@dataclass(frozen=True)
class SettlementFacts:
    """`order`: the facts of the four ways. `frozen`: a case or an offer to somebody else is open; `owed`: a refund."""

    order: Facts
    frozen: bool = False
    owed: bool = False

    def may_ask(self, now: datetime) -> bool:
        """The shopper may still return or appeal."""
        return any(decide(way, self.order, now).is_open for way in (Way.return_, Way.appeal))


_ENDED = (OrderStatus.completed, OrderStatus.canceled)
_SETTLE = frozenset({SettlementAct.settle})
# The first row that fits refuses: the shop reads there what its money waits for, before the order itself goes on.
TABLE: tuple[Row[SettlementAct, SettlementFacts], ...] = (
    Row(_SETTLE, lambda f, who, now: f.order.shop_disabled, Reason.shop_disabled, Offer.order),
    Row(_SETTLE, lambda f, who, now: f.order.case_open, Reason.case_open, Offer.case),
    Row(_SETTLE, lambda f, who, now: bool(f.order.recalled), Reason.recalled, Offer.order),
    Row(_SETTLE, lambda f, who, now: f.frozen, Reason.transfer_open, Offer.transfer),
    Row(_SETTLE, lambda f, who, now: f.owed, Reason.refund_open, Offer.order),
    Row(_SETTLE, lambda f, who, now: f.order.status not in _ENDED, Reason.stale, Offer.order),
    Row(_SETTLE, lambda f, who, now: f.may_ask(now), Reason.too_early, Offer.order),
)


def may(action: SettlementAct, who: Standing, facts: SettlementFacts, now: datetime) -> Turn[SettlementAct]:
    """May the job settle with the shop now?"""
    if who.role is not Role.system:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
