"""One code on several cards of a shop, from the time invisible signs made it look like different ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.terms import CardStatus, OrderStatus
from cardmall.domain.upkeep import PartTwins
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Order, Product
from cardmall.reads.doors import locked_orders
from cardmall.reads.locks import locking
from cardmall.services.act import Act, move_cards, schedule
from cardmall.services.order.shelf import give_back

SOLD = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed, CardStatus.voided)
_SHOWN = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)
_ON_ITS_WAY = (OrderStatus.pending_payment, OrderStatus.awaiting_delivery)


@dataclass(frozen=True)
class Reindexed:
    """What a card's row holds once its code was compared anew. `token`: the code encrypted without invisible signs."""

    card_id: str
    product_id: int
    blind: str
    shop_blind: str
    token: str
    tail: str


def to_reindex(session: Session, after: str, size: int) -> list[tuple[Card, Product]]:
    """The next cards by id that stand under no blind index of their shop."""
    wanted = select(Card, Product).join(Product).where(Card.shop_blind == "", col(Card.id) > after)
    return list(session.exec(wanted.order_by(col(Card.id)).limit(size)).all())


def reindex(act: Act, found: Sequence[Reindexed]) -> None:
    """Write the new indexes. A card whose code another one has keeps its old `blind`, and a job parts the two."""
    taken = _known(act.session, found)
    held = {one.shop_blind for one in found}
    seen = set(act.session.exec(select(Card.shop_blind).where(col(Card.shop_blind).in_(held))).all())
    for one in found:
        place = (one.product_id, one.blind)
        fresh = {} if taken.setdefault(place, one.card_id) != one.card_id else {"blind": one.blind}
        told = {"shop_blind": one.shop_blind, "sealed_code": one.token, "tail": one.tail, **fresh}
        act.session.connection().execute(sa.update(Card).where(col(Card.id) == one.card_id).values(**told))
        if one.shop_blind in seen:
            schedule(act, PartTwins(one.shop_blind, one.card_id), act.now)
        seen.add(one.shop_blind)


def _known(session: Session, found: Sequence[Reindexed]) -> dict[tuple[int, str], str]:
    """Which card stands under each of the new blind indexes already."""
    wanted = select(Card.product_id, Card.blind, Card.id).where(col(Card.blind).in_({one.blind for one in found}))
    return {(product, blind): card for product, blind, card in session.exec(wanted).all()}


def part_twins(act: Act, shop_blind: str) -> None:
    """Of the cards with this code one is kept: the one sold first, else the oldest. Nobody gets another of them any
    more; those sold already are listed among what is abnormal, for an admin."""
    holding = select(Card.order_id).where(Card.shop_blind == shop_blind, col(Card.order_id).is_not(None))
    orders = locked_orders(act.session, filter(None, act.session.exec(holding).all()))
    alike = select(Card).where(Card.shop_blind == shop_blind).order_by(col(Card.created_at), col(Card.id))
    cards = act.session.exec(locking(alike)).all()
    kept = [card for card in cards if card.status is not CardStatus.withdrawn]
    if not kept:
        return
    stay, *others = sorted(kept, key=lambda card: (card.status not in SOLD, card.created_at, card.id))
    for card in others:
        order = orders.get(card.order_id or 0)
        if card.status in _SHOWN or (order and order.status not in _ON_ITS_WAY):
            card.twin_of = stay.id
            act.session.add(card)
        else:
            withdraw_card(act.on(order=order), card)


def withdraw_card(act: Act, card: Card) -> None:
    """Off the shelf for good; out of an order not delivered yet, which waits in line from now on and is filled up when
    it is delivered, at the latest."""
    if card.status is CardStatus.allocated and act.order:
        act.order.lacks += 1
        act.session.add(act.order)
    if card.status in (CardStatus.reserved, CardStatus.allocated):
        give_back(act, [card])
    if card.status is CardStatus.available:
        move_cards(act, [card], "withdraw", Verb.cards_withdrawn)


def close_twins(session: Session, order: Order) -> None:
    """An admin has looked at the codes of this order that were sold before."""
    for card in session.exec(select(Card).where(Card.order_id == order.id, col(Card.twin_of).is_not(None))):
        card.twin_of = None
        session.add(card)
