"""Cards offered in place of others: reserved with the offer, handed over or given back with its end."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from cardmall.domain.terms import CardStatus, FieldError, invalid
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Order, Product
from cardmall.services.act import Act, move_cards
from cardmall.services.order.delivery import Seal, checked_codes
from cardmall.services.shop.stock import stock_codes


def reserve_replacement(
    session: Session, act: Act, order: Order, pieces: int, codes: Sequence[str], seal: Seal
) -> None:
    """`pieces` cards of the product; what the stock lacks must be typed as codes."""
    lacking = pieces - len(_available(session, order, pieces))
    if codes or lacking > 0:
        _stock(session, act, order, checked_codes(codes, max(lacking, 0) or pieces), seal)
    cards = _available(session, order, pieces)
    if len(cards) < pieces:
        raise invalid(codes=FieldError.count_mismatch)
    for card in cards:
        card.order_id = order.id
    move_cards(session, act, cards, "reserve", Verb.cards_reserved)


def _available(session: Session, order: Order, pieces: int) -> Sequence[Card]:
    """Newest first: codes just typed are taken before the shelf."""
    wanted = select(Card).where(Card.product_id == order.product_id, Card.status == CardStatus.available)
    wanted = wanted.order_by(col(Card.created_at).desc(), col(Card.id)).limit(pieces)
    return session.exec(wanted.with_for_update(skip_locked=True)).all()


def _stock(session: Session, act: Act, order: Order, codes: Sequence[str], seal: Seal) -> None:
    product = session.get_one(Product, order.product_id)
    stock_codes(session, act.actor, product, codes, seal=seal, now=act.now)


def release_replacement(session: Session, act: Act, order: Order) -> None:
    """The offer is over: its cards go back to the shelf."""
    cards = _reserved(session, order)
    move_cards(session, act, cards, "release", Verb.cards_released)
    for card in cards:
        card.order_id = None
    session.flush()


def hand_over_replacement(session: Session, act: Act, order: Order) -> None:
    """The offered cards are the order's now, sealed."""
    move_cards(session, act, _reserved(session, order), "replace", Verb.cards_sealed)


def _reserved(session: Session, order: Order) -> Sequence[Card]:
    """Cards of a paid order are reserved only by an offer."""
    return session.exec(select(Card).where(Card.order_id == order.id, Card.status == CardStatus.reserved)).all()
