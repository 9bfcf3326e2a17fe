"""Cards taken off the shelf for an order, and put back."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from cardmall.domain.terms import SYSTEM, CardStatus
from cardmall.domain.upkeep import ServeWaiting
from cardmall.domain.verbs import Verb
from cardmall.models import Batch, Card, Order
from cardmall.reads.goods import has_ended, is_awaited, on_shelf
from cardmall.reads.locks import locking
from cardmall.services.act import Act, move_cards, schedule


def off_the_shelf(act: Act, order: Order, pieces: int, *, newest: bool = False) -> Sequence[Card]:
    """Lock up to `pieces` available cards of the order's product, the oldest unless `newest`; fewer: there are no more.
    None of a batch that was withdrawn or is valid no more, whether its cards left the shelf already or not (R92).

    A card another act holds is waited for, as that act may yet leave it; when it took it, the shelf is looked at again.
    """
    found: Sequence[Card] = ()
    for _ in range(_LOOKS if pieces > 0 else 0):
        found = act.session.exec(locking(_lying(act, order.product_id, pieces, newest), Card)).all()
        if len(found) == pieces:
            break
    return found


_LOOKS = 2
_IN_A_ROW = (col(Card.created_at), col(Card.id))  # in which cards are locked, whichever are taken


def _lying(act: Act, product_id: int, pieces: int, newest: bool) -> SelectOfScalar[Card]:
    lying = on_shelf(product_id, act.now)
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
    """Put cards of one status, none of them ever sealed, back on the shelf (R77); paid orders that wait for such a
    card get it by a job, after this act (R91)."""
    for card in cards:
        card.order_id = None
    move_cards(act, cards, "release", Verb.cards_released)
    _withdraw_ended(act, cards)
    for product_id in {card.product_id for card in cards if card.status is CardStatus.available}:
        if is_awaited(act.session, product_id):
            schedule(act, ServeWaiting(product_id, act.now), act.now)


def _withdraw_ended(act: Act, cards: Sequence[Card]) -> None:
    """A recall, a batch that was withdrawn meanwhile, or one that is valid no more takes its cards along."""
    withdraw_recalled(act, [card for card in cards if card.recall_id])
    cards = [card for card in cards if not card.recall_id]
    batches = {card.batch_id for card in cards if card.batch_id}
    if not batches:
        return
    gone = set(act.session.exec(select(Batch.id).where(col(Batch.id).in_(batches), has_ended(act.now))).all())
    move_cards(act.by(SYSTEM), [c for c in cards if c.batch_id in gone], "withdraw", Verb.cards_withdrawn)


def withdraw_recalled(act: Act, cards: Sequence[Card]) -> None:
    """Cards under recall that nobody was given leave their order and are sold no more. They are of one status."""
    for card in cards:
        card.order_id = None
    move_cards(act.by(SYSTEM).on(order=act.order), cards, "recall", Verb.cards_recalled)
