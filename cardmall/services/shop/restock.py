"""Codes of a checked list become cards, so many a transaction. Who waits for stock is served first, from what is new
and from what comes back to the shelf (R88, R90, R91)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.jobs import Deliver, JobKind
from cardmall.domain.rules.stock import StockAct
from cardmall.domain.terms import Abnormal, BatchStatus
from cardmall.domain.topics import stock_topic
from cardmall.domain.verbs import Verb
from cardmall.models import Batch, BatchPart, Job, Order, Product
from cardmall.reads.batches import demand_stock, known_codes, locked_batch, stock_turn
from cardmall.reads.doors import locked_orders
from cardmall.reads.goods import AS_PAID, waits_for_stock
from cardmall.reads.look import Look, SealedCode
from cardmall.services.act import Act, move, reopen, schedule_all, start_cards
from cardmall.services.ending import restage, touch
from cardmall.services.order.delivery import one_at_a_time
from cardmall.services.order.shelf import off_the_shelf, take_cards
from cardmall.services.shop.checking import Rest, in_stretches, no_rest, unpack_codes


@dataclass(frozen=True)
class PartSealed:
    """The codes of part `n`, each encrypted for the card that it will be, by the card's id."""

    n: int
    cards: dict[str, SealedCode]


def seal_next_part(look: Look, batch_id: str, rest: Rest = no_rest) -> PartSealed | None:
    """Encrypt the codes of the part that comes into stock next; None when nothing is left to do. `rest` is called in
    between."""
    batch = look.session.get_one(Batch, batch_id)
    part = look.session.get(BatchPart, (batch_id, batch.done))
    if part is None or not stock_turn(look, StockAct.stock, batch).is_open:
        return None
    product = look.session.get_one(Product, batch.product_id)
    ids = [(str(uuid.uuid4()), one.code) for one in unpack_codes(look, part)]
    cards = {card: look.world.vault.seal(card, product, code) for card, code in in_stretches(ids, rest)}
    rest()
    return PartSealed(part.n, cards)


def stock_part(act: Act, batch_id: str, found: PartSealed | None) -> timedelta | None:
    """Take a part into stock, unless another worker was faster, and serve who waits; None: the list is done with.

    A code that another card of the shop got meanwhile is counted and left out.
    """
    shop_id = act.session.exec(select(Batch.shop_id).where(Batch.id == batch_id)).one()
    one_at_a_time(act.session, shop_id)
    batch = locked_batch(act.session, batch_id)
    if not stock_turn(act, StockAct.stock, batch).is_open:
        return None
    if found and found.n == batch.done:
        product = act.session.get_one(Product, batch.product_id)
        _take_part(act, batch, product, found)
        serve_waiting(act, product)
    if batch.done == batch.parts:
        batch.ended_at = act.now
        move(act, batch, "finish", Verb.batch_stocked, batch=batch.name, stocked=batch.stocked, taken=batch.taken)
    act.session.add(batch)
    touch(act.session, stock_topic(batch.product_id))
    return timedelta() if batch.status is BatchStatus.stocking else None


def _take_part(act: Act, batch: Batch, product: Product, found: PartSealed) -> None:
    blinds = {card: (sealed.blind, sealed.shop_blind) for card, sealed in found.cards.items()}
    known = known_codes(act.session, product, blinds)
    cards = [_card(act, batch, card, sealed) for card, sealed in found.cards.items() if card not in known]
    start_cards(act, cards, "stock", Verb.cards_stocked, batch=batch.name)
    which = (col(BatchPart.batch_id) == batch.id, col(BatchPart.n) == found.n)
    act.session.connection().execute(sa.delete(BatchPart).where(*which))
    batch.done += 1
    batch.stocked += len(cards)
    batch.taken += len(known)


def _card(act: Act, batch: Batch, card_id: str, sealed: SealedCode) -> dict[str, Any]:
    return {
        "id": card_id,
        "product_id": batch.product_id,
        "batch_id": batch.id,
        "sealed_code": sealed.token,
        "blind": sealed.blind,
        "shop_blind": sealed.shop_blind,
        "tail": sealed.tail,
        "created_at": act.now,
    }


def serve_waiting(act: Act, product: Product) -> bool:
    """Give cards on the shelf to the paid orders that lack some, whoever paid first; the rest is for buyers. Return
    whether more orders may wait than were served at once.

    Each is delivered at once by its own job; an order on hold keeps its place, and its cards wait with it.
    """
    demand_stock(act, StockAct.serve)
    waiting = select(Order.id).where(*waits_for_stock(product.id))
    first = act.session.exec(waiting.order_by(*AS_PAID).limit(limits.STOCKED_AT_ONCE)).all()
    if not first:
        return False
    orders = locked_orders(act.session, filter(None, first))
    served = []
    for order in (orders[n] for n in first if n in orders and orders[n].lacks):
        if not _serve(act, order):
            break
        served.append(order)
    _deliver_now(act, served)
    return len(first) == limits.STOCKED_AT_ONCE and all(not orders[n].lacks for n in first if n in orders)


def _serve(act: Act, order: Order) -> bool:
    """Give the order what it lacks; whether there was enough."""
    cards = off_the_shelf(act, order, order.lacks)
    take_cards(act.on(order=order), order, cards, "allocate", Verb.cards_allocated)
    order.lacks -= len(cards)
    act.session.add(order)
    if not order.lacks and order.abnormal is Abnormal.no_stock:
        order.abnormal = None
        restage(act.session, order)
    return not order.lacks


def _deliver_now(act: Act, orders: Sequence[Order]) -> None:
    """The look for stock that waits for each happens now, unless its time is still to come; there is never more than
    one waiting."""
    ids = [order.id for order in orders if order.held_at is None and (order.deliver_at or act.now) <= act.now]
    waiting = (col(Job.order_id).in_(ids), Job.kind == JobKind.deliver, Job.state == "open")
    jobs = act.session.exec(select(Job).where(*waiting)).all()
    reopen(act, jobs, act.now)
    about = {job.order_id for job in jobs}
    if alone := [(Deliver(order_id, act.now), act.now) for order_id in ids if order_id not in about]:
        schedule_all(act, alone)
