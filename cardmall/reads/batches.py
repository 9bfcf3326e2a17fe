"""The stock of one's own shop: its products and its lists of codes, by the one rule of all doors (R80)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from cardmall.domain.rules.stock import StockAct, StockFacts, may
from cardmall.domain.rules.turn import Turn, standing
from cardmall.domain.terms import OPEN_BATCH, BatchStatus, CardStatus, DeliveryMode, Role
from cardmall.models import Batch, Card, Product
from cardmall.reads.doors import not_found
from cardmall.reads.goods import is_awaited
from cardmall.reads.locks import locked, locking
from cardmall.reads.look import Look
from cardmall.reads.people import require

_NEVER_AGAIN: Any = col(Card.code_file_id).is_not(None) | col(Card.recall_id).is_not(None)


@dataclass(frozen=True)
class KnownCode:
    """A card that has a code already."""

    status: CardStatus
    same_product: bool


def stock_turn(look: Look, action: StockAct, batch: Batch | None = None) -> Turn[StockAct]:
    """May whoever looks do this, to this list?"""
    facts = StockFacts(batch=batch.status, good=batch.good > 0) if batch else StockFacts()
    return may(action, standing(require(look.who)), facts, look.now)


def demand_stock(look: Look, action: StockAct, batch: Batch | None = None) -> None:
    """Refused: the table of stock says no."""
    turn = stock_turn(look, action, batch)
    if not turn.is_open:
        raise turn.refusal()


def stocked_product(look: Look, slug: object, *, lock: bool = False) -> Product:
    """A product of the shop of who looks, by its web address. Refused: none of theirs."""
    known = require(look.who, Role.merchant)
    mine = (Product.slug == str(slug), Product.shop_id == known.shop_id)
    found = locked(look.session, Product, *mine) if lock else look.session.exec(select(Product).where(*mine)).first()
    if found is None:
        raise not_found()
    return found


def batch_for(look: Look, name: object, *, lock: bool = False) -> Batch:
    """A list of the shop of who looks, by its name. Refused: none of theirs."""
    known = require(look.who, Role.merchant)
    wanted = select(Batch).where(Batch.shop_id == known.shop_id, Batch.name == str(name))
    found = look.session.exec(locking(wanted.order_by(col(Batch.id))) if lock else wanted).first()
    if found is None:
        raise not_found()
    return found


def locked_batch(session: Session, batch_id: str) -> Batch:
    """A list by its id, under its lock."""
    found = locked(session, Batch, Batch.id == batch_id)
    if found is None:
        raise LookupError(f"no batch {batch_id}")
    return found


def takes_lists(session: Session, product: Product, *, waiting: int | None = None) -> bool:
    """Its codes lie in stock: it is delivered automatically, or was, and orders of then wait for stock.

    `waiting`: how many do, if that was counted.
    """
    if product.mode is not DeliveryMode.manual:
        return True
    return is_awaited(session, product.id) if waiting is None else waiting > 0


def product_with_room(look: Look, slug: object, *, lock: bool = False) -> Product:
    """A product of the shop, if one more list may be handed in for it. Refused: by_hand for one without stock,
    too_many_batches."""
    product = stocked_product(look, slug, lock=lock)
    waits = col(Batch.status).in_(OPEN_BATCH - {BatchStatus.stocking})
    waiting = select(func.count()).select_from(Batch).where(Batch.shop_id == product.shop_id, waits)
    facts = StockFacts(manual=not takes_lists(look.session, product), lists=look.session.exec(waiting).one())
    turn = may(StockAct.hand_in, standing(require(look.who)), facts, look.now)
    if not turn.is_open:
        raise turn.refusal()
    return product


def known_codes(session: Session, product: Product, codes: Mapping[str, tuple[str, str]]) -> dict[str, KnownCode]:
    """Which of these codes the shop has or had on a card that was not withdrawn, or was exported or recalled.

    `codes`: by any name, the blind index in the product and the one in the shop.
    """
    here = _in_product(session, product, {own for own, _ in codes.values()})
    there = _in_shop(session, product, {shops for _, shops in codes.values()})
    found = {name: here.get(own) or there.get(own) or there.get(shops) for name, (own, shops) in codes.items()}
    return {name: known for name, known in found.items() if known}


def _in_product(session: Session, product: Product, blinds: Iterable[str]) -> dict[str, KnownCode]:
    """By blind index the card of this product."""
    mine = (Card.product_id == product.id, col(Card.blind).in_(set(blinds)), col(Card.status) != CardStatus.withdrawn)
    found = session.exec(select(Card.blind, Card.status).where(*mine)).all()
    return {blind: KnownCode(CardStatus(status), same_product=True) for blind, status in found}


def _in_shop(session: Session, product: Product, blinds: Iterable[str]) -> dict[str, KnownCode]:
    """By index the cards that forbid a code: any of another product, and one exported or recalled, which counts as
    voided. In a case-sensitive product its own stand under the product's index, which tells "aB" from "AB"."""
    its = (col(Card.shop_blind), col(Card.blind), col(Card.status), col(Card.product_id))
    asked = sa.select(*its, _NEVER_AGAIN)
    found: dict[str, KnownCode] = {}
    among = asked.where(col(Card.shop_blind).in_(set(blinds)))
    for shops, own, status, product_id, never in session.connection().execute(among):
        same = product_id == product.id
        if never:
            found[own if same and product.case_sensitive else shops] = KnownCode(CardStatus.voided, same_product=same)
        elif not same and status != CardStatus.withdrawn:
            found.setdefault(shops, KnownCode(CardStatus(status), same_product=False))
    return found
