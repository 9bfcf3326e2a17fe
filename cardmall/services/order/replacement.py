"""Cards offered in place of others: reserved with the offer, handed over or given back with its end."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from cardmall.domain.rules.outcomes import OutcomeAct, OutcomeFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import CardStatus, FieldError, invalid
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Order, Product
from cardmall.reads.goods import spare_cards
from cardmall.reads.locks import locking
from cardmall.services.act import Act, move_cards
from cardmall.services.order.pieces import inherit
from cardmall.services.order.shelf import give_back, off_the_shelf, take_cards
from cardmall.services.order.typed_codes import checked_codes
from cardmall.services.shop.stock import enter_stock


def reserve_replacement(act: Act, order: Order, pieces: int, codes: Sequence[str]) -> None:
    """`pieces` cards of the product that nobody waits for who paid before; what the stock lacks must be typed as
    codes."""
    lying = len(off_the_shelf(act, order, pieces, newest=True))
    lacking = pieces - min(spare_cards(act.session, order, act.now), lying)
    if codes or lacking > 0:
        _stock(act, order, codes, max(lacking, 0) or pieces)
    cards = off_the_shelf(act, order, pieces, newest=True)  # codes just typed are taken before the shelf
    if len(cards) < pieces:
        raise invalid(codes=FieldError.count_mismatch)
    take_cards(act, order, cards, "reserve", Verb.cards_reserved)


def _stock(act: Act, order: Order, codes: Sequence[str], count: int) -> None:
    product = act.session.get_one(Product, order.product_id)
    enter_stock(act.by(act.who), product, checked_codes(act, product, codes, count))


def release_replacement(act: Act, order: Order) -> None:
    """The offer is over: its cards go back to the shelf."""
    give_back(act, _reserved(act.session, order))


def hand_over_replacement(act: Act, order: Order, old: Sequence[Card]) -> None:
    """The offered cards are the order's now, sealed, in place of the `old` ones. Refused (recalled): one of them is
    under recall."""
    cards = _reserved(act.session, order, lock=True)
    facts = OutcomeFacts(offered_recalled=any(card.recall_id for card in cards))
    turn = may(OutcomeAct.hand_over, standing(act.who), facts, act.now)
    if not turn.is_open:
        raise turn.refusal()
    inherit(old, cards, order.unit_price)
    move_cards(act, cards, "replace", Verb.cards_sealed)


def _reserved(session: Session, order: Order, *, lock: bool = False) -> Sequence[Card]:
    """Cards of a paid order are reserved only by an offer."""
    wanted = select(Card).where(Card.order_id == order.id, Card.status == CardStatus.reserved)
    wanted = wanted.order_by(col(Card.created_at), col(Card.id))
    return session.exec(locking(wanted) if lock else wanted).all()
