"""Cards taken off the shelf for an order, and put back."""

from collections.abc import Sequence

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cardmall.domain.terms import CardStatus
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Order
from cardmall.reads.locks import locking
from cardmall.services.act import Act, move_cards


def off_the_shelf(session: Session, order: Order, pieces: int, *, newest: bool = False) -> Sequence[Card]:
    """Lock up to `pieces` available cards of the order's product, the oldest unless `newest`; fewer: there are no more.

    A card another act holds is waited for, as that act may yet leave it; when it took it, the shelf is looked at again.
    """
    found: Sequence[Card] = ()
    for _ in range(_LOOKS if pieces > 0 else 0):
        found = session.exec(locking(_lying(order.product_id, pieces, newest))).all()
        if len(found) == pieces:
            break
    return found


_LOOKS = 2
_IN_A_ROW = (col(Card.created_at), col(Card.id))  # in which cards are locked, whichever are taken


def _lying(product_id: int, pieces: int, newest: bool) -> SelectOfScalar[Card]:
    lying = (Card.product_id == product_id, Card.status == CardStatus.available)
    if not newest:
        return select(Card).where(*lying).order_by(*_IN_A_ROW).limit(pieces)
    last = select(Card.id).where(*lying).order_by(col(Card.created_at).desc(), col(Card.id)).limit(pieces)
    return select(Card).where(*lying, col(Card.id).in_(last)).order_by(*_IN_A_ROW)


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
