"""May the merchant give money back on this order unasked, and does the shop have it? Pages and use cases call may()."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.funds import Funds, is_funded
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, Role
from cardmall.domain.way_facts import Facts


class GiftAct(StrEnum):
    """`begin` opens the form; `give` moves the money."""

    begin = "begin"
    give = "give"


@dataclass(frozen=True)
class GiftFacts:
    """`order`: the facts of the four ways. `captured_at`: when it was paid, of which there are so many `parts` back;
    `follow`: how many more may have to follow this gift. `most`: fen that can come back; `funds`: where the amount
    asked for comes from, None where none was named yet."""

    order: Facts
    captured_at: datetime | None = None
    most: int = 0
    funds: Funds | None = None
    parts: int = 0
    follow: int = 0

    def too_late(self, now: datetime) -> bool:
        """The channel soon takes no refund any more."""
        return self.captured_at is None or now - self.captured_at > limits.GIFT_WITHIN

    @property
    def too_many(self) -> bool:
        """With this gift the channel might not take all that may have to follow; nothing follows one of all."""
        return self.follow > 0 and self.parts + 1 + self.follow > limits.GIFT_PARTS


_BOTH, _GIVE = frozenset(GiftAct), frozenset({GiftAct.give})
# The first row of the act that fits refuses. Nothing is ever advanced for a gift.
TABLE: tuple[Row[GiftAct, GiftFacts], ...] = (
    Row(_BOTH, lambda f, who, now: f.order.ended, Reason.already_closed, Offer.order),
    Row(_BOTH, lambda f, who, now: f.order.unpaid, Reason.not_paid, Offer.order),
    Row(_BOTH, lambda f, who, now: f.order.case_open, Reason.case_open, Offer.case),
    Row(_BOTH, lambda f, who, now: f.order.shop_disabled, Reason.shop_disabled, Offer.support),
    Row(_BOTH, lambda f, who, now: f.too_late(now), Reason.window_over, Offer.support),
    Row(_BOTH, lambda f, who, now: f.most <= 0, Reason.nothing_left, Offer.order),
    Row(_BOTH, lambda f, who, now: f.parts >= limits.REFUND_PARTS, Reason.parts_used, Offer.support),
    Row(_BOTH, lambda f, who, now: f.too_many, Reason.parts_kept, Offer.form),
    Row(_GIVE, lambda f, who, now: f.funds is None or not is_funded(f.funds), Reason.no_funds, Offer.form),
)


def may(action: GiftAct, who: Standing, facts: GiftFacts, now: datetime) -> Turn[GiftAct]:
    """May `who` give back money on this order now? Total: every facts and time has an answer."""
    if who.role is not Role.merchant:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
