"""May this person order a product now, or take over another's order? Use cases call may()."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.ordering import opens_at, possible_now
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import Offer, Outcome, Reason, Role


class PlacingAct(StrEnum):
    """Ways to an unpaid order of one's own: of a listed product, or of what somebody else passes on."""

    place = "place"
    take_over = "take_over"


@dataclass(frozen=True)
class PlacingFacts:
    """All that decides about a new order of one person.

    `on_sale`: listed, by a shop that is not disabled. `away_until`: when its shop takes orders again, None: it does.
    `buys`: no member of a shop by now. `confirmed`: an address was proven. `unpaid`: orders that wait for payment.
    `price` of a piece now, and what the shopper has `seen`, in fen. `pieces` wanted, at most `most`. Of a product with
    stock (`stocked`): `available` pieces, without those that paid orders wait for, `own_unpaid` ones kept by unpaid
    orders of the same person, and `lapses`: when such orders ended unpaid.
    """

    on_sale: bool = True
    away_until: datetime | None = None
    buys: bool = True
    confirmed: bool = True
    unpaid: int = 0
    stocked: bool = False
    pieces: int = 1
    most: int = limits.QUANTITY[-1]
    price: int = 0
    seen: int = 0
    available: int = 0
    own_unpaid: int = 0
    lapses: tuple[datetime, ...] = ()

    @property
    def possible(self) -> int:
        """How many pieces this person may order now."""
        return min(self.most, possible_now(self.available, self.own_unpaid)) if self.stocked else self.most


_A = PlacingAct
_BOTH, _PLACE = frozenset(PlacingAct), frozenset({_A.place})
# The first row of the act that fits refuses.
TABLE: tuple[Row[PlacingAct, PlacingFacts], ...] = (
    Row(_PLACE, lambda f, who, now: not f.on_sale, Reason.unlisted, Offer.shop),
    Row(
        _PLACE,
        lambda f, who, now: f.away_until is not None,
        Reason.shop_away,
        Offer.shop,
        lambda f, who, now: f.away_until,
    ),
    Row(_BOTH, lambda f, who, now: not f.buys, Reason.not_allowed, Offer.orders),
    Row(_BOTH, lambda f, who, now: not f.confirmed, Reason.confirm_first, Offer.confirm),
    Row(_BOTH, lambda f, who, now: f.unpaid >= limits.UNPAID_ORDERS, Reason.too_many_unpaid, Offer.orders),
    Row(_PLACE, lambda f, who, now: f.price > f.seen, Reason.price_changed, Offer.form),
    Row(
        _PLACE,
        lambda f, who, now: f.stocked and opens_at(f.lapses, now) is not None,
        Reason.too_many_tries,
        Offer.orders,
        lambda f, who, now: opens_at(f.lapses, now),
    ),
    Row(_PLACE, lambda f, who, now: f.stocked and f.available < f.pieces, Reason.out_of_stock, Offer.shop),
    Row(_PLACE, lambda f, who, now: f.possible < f.pieces, Reason.too_many_pieces, Offer.form),
)


def may(action: PlacingAct, who: Standing, facts: PlacingFacts, now: datetime) -> Turn[PlacingAct]:
    """May `who` get such an order now? Total: every facts and time has an answer."""
    if who.role is not Role.shopper:
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    return first_refusal(TABLE, action, who, facts, now)
