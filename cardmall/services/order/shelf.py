"""Cards taken off the shelf for an order, and put back."""

from collections.abc import Sequence

from cardmall.domain.verbs import Verb
from cardmall.models import Card, Order
from cardmall.services.act import Act, move_cards


def take_cards(act: Act, order: Order, cards: Sequence[Card], verb: str, event: Verb) -> None:
    """Move available cards to the order. Refused (stale): another act took one."""
    for card in cards:
        card.order_id = order.id
    move_cards(act, cards, verb, event)


def give_back(act: Act, cards: Sequence[Card]) -> None:
    """Put cards of one status, none of them ever sealed, back on the shelf (R77)."""
    for card in cards:
        card.order_id = None
    move_cards(act, cards, "release", Verb.cards_released)
