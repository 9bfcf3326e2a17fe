"""May a case end like this while cards are under recall, and what it costs then? Use cases that end one ask (R93)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Reason


class OutcomeAct(StrEnum):
    """How both sides of a case agree: on an amount, or on the cards on offer, which are handed over."""

    settle_on_amount = "settle_on_amount"
    hand_over = "hand_over"


@dataclass(frozen=True)
class OutcomeFacts:
    """All that decides about it. `delivered`: its order is; `covered_recalled`: a card the case is about is under
    recall; `offered_recalled`: one of the cards on offer is."""

    delivered: bool = False
    covered_recalled: bool = False
    offered_recalled: bool = False

    @property
    def is_recalled(self) -> bool:
        """The shopper was given a card that the shop takes back."""
        return self.delivered and self.covered_recalled


# The first row of the act that fits refuses: the recall pays all that is left of the price, an amount would be less.
TABLE: tuple[Row[OutcomeAct, OutcomeFacts], ...] = (
    Row(
        frozenset({OutcomeAct.settle_on_amount}),
        lambda f, who, now: f.is_recalled,
        Reason.recalled,
        Offer.case,
    ),
    Row(
        frozenset({OutcomeAct.hand_over}),
        lambda f, who, now: f.offered_recalled,
        Reason.recalled,
        Offer.case,
    ),
)


def may(action: OutcomeAct, who: Standing, facts: OutcomeFacts, now: datetime) -> Turn[OutcomeAct]:
    """May the case end like this now? Who may end it was asked before (rules/cases.py)."""
    return first_refusal(TABLE, action, who, facts, now)


@dataclass(frozen=True)
class Price:
    """What a case is about, in fen: what was `paid` for its pieces, what comes back of it, and the fee kept."""

    paid: int
    amount: int
    fee: int


def price_of(price: Price, facts: OutcomeFacts) -> Price:
    """What an approved case costs: as the shopper was shown; over a recalled card all that was paid, without a fee."""
    return Price(price.paid, price.paid, 0) if facts.is_recalled else price
