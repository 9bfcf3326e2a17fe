"""Delivery: by the worker at `deliver_at`, or by the merchant's typed codes; and the reveal of a sealed card."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.jobs import Complete, Deliver
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.terms import (
    Abnormal,
    CardStatus,
    FieldError,
    Reason,
    Role,
    invalid,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Order, Product, Shop
from cardmall.reads.buyer_answers import edition_of
from cardmall.reads.doors import not_found, order_for
from cardmall.reads.events import happened
from cardmall.reads.facts import pieces_left
from cardmall.reads.goods import spare_cards
from cardmall.reads.locks import locking
from cardmall.reads.orders import order_facts
from cardmall.reads.people import require
from cardmall.reads.pieces import cards_of
from cardmall.services.act import Act, move, move_cards, record, schedule, start
from cardmall.services.ending import restage
from cardmall.services.order.pieces import lay_on_cards
from cardmall.services.order.shelf import off_the_shelf, take_cards, withdraw_recalled
from cardmall.services.order.typed_codes import checked_codes
from cardmall.services.talk.notify import tell_shop, tell_shopper, tell_shopper_everywhere


def schedule_delivery(act: Act, order: Order, at: datetime) -> None:
    schedule(act, Deliver(order.id, at), at)


def deliver_order(act: Act, order: Order) -> None:
    """Deliver all pieces left at once, sealed; a hold, an earlier end or a later `deliver_at` makes the worker skip."""
    if not may(OrderAct.deliver, JOB, order_facts(act.session, order), act.now).is_open:
        return  # lifting the hold, the later time, enabling the shop: each has a job of its own
    act = act.on(order=order)
    cards = _allocated(act, order)
    if len(cards) < pieces_left(order):
        cards = [*cards, *_fill_up(act, order, pieces_left(order) - len(cards))]
    if len(cards) < pieces_left(order):
        flag_no_stock(act, order)
        schedule_delivery(act, order, act.now + limits.LOOK_FOR_STOCK_EVERY)
        return
    move_cards(act, cards, "seal", Verb.cards_sealed)
    hand_over(act, order)


def _allocated(act: Act, order: Order) -> Sequence[Card]:
    """The cards it has, under their lock; those under recall are withdrawn."""
    wanted = select(Card).where(Card.order_id == order.id, Card.status == CardStatus.allocated)
    cards = act.session.exec(locking(wanted.order_by(col(Card.created_at), col(Card.id)))).all()
    withdraw_recalled(act, [card for card in cards if card.recall_id])
    return [card for card in cards if not card.recall_id]


def _fill_up(act: Act, order: Order, lacks: int) -> Sequence[Card]:
    """Missing cards are replaced by others of the product which nobody waits for who paid before (R91)."""
    found = off_the_shelf(act, order, min(lacks, spare_cards(act.session, order, act.now)))
    take_cards(act, order, found, "allocate", Verb.cards_allocated)
    order.lacks = lacks - len(found)
    return found


def flag_no_stock(act: Act, order: Order) -> None:
    """Abnormal: the merchant is told once, whatever else is wrong with it."""
    if order.abnormal is None or not happened(act.session, order, Verb.out_of_stock):
        record(act, Verb.out_of_stock)
        tell_shop(act, NoticeKind.order_no_stock)
    order.abnormal = order.abnormal or Abnormal.no_stock
    act.session.add(order)
    restage(act.session, order)


def hand_over(act: Act, order: Order, **told: Any) -> None:
    """Delivered: the windows begin now, and the shopper is told. `told`: what the event says besides."""
    order.delivered_at, order.lacks = act.now, 0
    if order.given:
        lay_on_cards(act, order)
    if order.abnormal is not Abnormal.refund_stuck:  # that money is still owed
        order.abnormal = None
    move(act, order, "deliver", Verb.delivered, **told)
    schedule(act, Complete(order.id), act.now + limits.COMPLETE_ALL_REVEALED)
    if order.terms.form is ProductForm.receipt:
        tell_shopper_everywhere(act, NoticeKind.receipt_given)
        return
    tell_shopper(act, NoticeKind.order_delivered)


def deliver_manually(act: Act, no: str, *, codes: Sequence[str], seen: object = 0) -> None:
    """The merchant delivers a manual product, all its pieces: each typed code, one a line, enters as a sealed card.

    `seen`: the edition of the buyer's answers it is delivered by, 0 where none were asked for. Refused, and no code
    enters: beside `codes` as by `checked_codes`; (changed) the buyer corrected the answers since (R86).
    """
    one_at_a_time(act.session, require(act.who, Role.merchant).shop_id)
    order, told = order_to_deliver(act, no, ProductForm.code, seen, "codes")
    act, product = act.on(order=order), act.session.get_one(Product, order.product_id)
    for code in checked_codes(act, product, codes, pieces_left(order)):
        _enter_card(act, order, product, code)
    hand_over(act, order, **told)


def order_to_deliver(act: Act, no: object, form: ProductForm, seen: object, field: str) -> tuple[Order, dict[str, int]]:
    """The order `no`, which this merchant may deliver as `form` now, under its lock; and what its event says of the
    answers it is delivered by. Refused, among others: beside `field`, that they were corrected since `seen`."""
    order = order_for(act, no, Role.merchant, lock=True)
    edition = edition_of(act.session, order)
    found = order_facts(act.session, order)
    facts = replace(found, edition=edition, seen=seen if type(seen) is int else -1, gives=form)
    turn = may(OrderAct.deliver, standing(act.who), facts, act.now)
    wrong: dict[str, Any] = {field: FieldError.corrected} if turn.reason is Reason.changed else {}
    if not turn.is_open:
        raise turn.refusal(order.status, **wrong)
    return order, {"edition": edition} if edition else {}


def one_at_a_time(session: Session, shop_id: int | None) -> None:
    """Codes of a shop are entered one after the other: the same code entered twice at once must find itself."""
    session.exec(locking(select(Shop.id).where(Shop.id == shop_id))).all()


def _enter_card(act: Act, order: Order, product: Product, code: str) -> None:
    card = new_card(act, product, code, CardStatus.sealed)
    card.order_id, card.sealed_at = order.id, act.now
    enter(act, card, "enter", Verb.cards_sealed)


def enter(act: Act, card: Card, verb: str, event: Verb) -> None:
    """A new card comes in by this move. Refused: another card of the product has its code."""
    try:
        start(act, card, verb, event, cards=[card.id])
    except IntegrityError as clash:
        if not _is_same_code(clash):
            raise
        raise invalid(codes=FieldError.bad_lines) from None


def _is_same_code(clash: IntegrityError) -> bool:
    """Both databases name the constraint or its columns."""
    return "uq_card_code" in str(clash.orig) or "card.product_id, card.blind" in str(clash.orig)


def new_card(act: Act, product: Product, code: str, status: CardStatus) -> Card:
    """A card of the product with its code sealed; the caller knows that the code is new."""
    card_id = str(uuid.uuid4())
    sealed = act.world.vault.seal(card_id, product, code)
    return Card(
        id=card_id,
        product_id=product.id or 0,
        status=status,
        sealed_code=sealed.token,
        blind=sealed.blind,
        shop_blind=sealed.shop_blind,
        tail=sealed.tail,
        created_at=act.now,
    )


def reveal_card(act: Act, no: str, card_id: str, *, address: str) -> str:
    """Show a card's code to its buyer: the first time counts as use, every time is logged with time and address."""
    order = _order_of_codes(act, no)
    card = act.session.exec(locking(select(Card).where(Card.id == str(card_id), Card.order_id == order.id))).first()
    if card is None or card.status not in (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed):
        raise not_found()
    act = act.on(order=order)
    if card.status is CardStatus.sealed:
        _break_seals(act, order, [card], address)
    else:
        record(act, Verb.card_shown, cards=[card.id], address=address)
    return act.world.vault.open(card.id, card.sealed_code)


def reveal_rest(act: Act, no: str, *, address: str) -> dict[str, str]:
    """Show the code of every card of the order to its buyer, by card: looks at all that are sealed, each logged.

    Refused like one reveal, and then none is looked at. Cards under recall stay closed.
    """
    order = _order_of_codes(act, no)
    sealed = [card for card in cards_of(act.session, order, lock=True) if card.status is CardStatus.sealed]
    if not sealed:
        raise not_found()
    act, cards = act.on(order=order), [card for card in sealed if not card.recall_id] or sealed
    _break_seals(act, order, cards, address)
    return _opened(act, cards)


def seen_codes(act: Act, no: str, *, address: str) -> dict[str, str]:
    """Show again the codes that were looked at, by card, each logged; none of a sealed one."""
    order = _order_of_codes(act, no)
    cards = _given(act, order, CardStatus.revealed, CardStatus.redeemed)
    if not cards:
        raise not_found()
    act = act.on(order=order)
    for card in cards:
        record(act, Verb.card_shown, cards=[card.id], address=address)
    return _opened(act, cards)


def _order_of_codes(act: Act, no: str) -> Order:
    """The order of this shopper, under its lock. Refused (not_found): a receipt has no codes (R94)."""
    order = order_for(act, no, Role.shopper, lock=True)
    if order.terms.form is not ProductForm.code:
        raise not_found()
    return order


def _given(act: Act, order: Order, *standing: CardStatus) -> list[Card]:
    """Cards of the order in these states, in the order its page numbers them."""
    return [card for card in cards_of(act.session, order) if card.status in standing]


def _opened(act: Act, cards: list[Card]) -> dict[str, str]:
    return {card.id: act.world.vault.open(card.id, card.sealed_code) for card in cards}


def _break_seals(act: Act, order: Order, cards: Sequence[Card], address: str) -> None:
    """Reveal these sealed cards of the order, each logged. Refused: then none is revealed."""
    facts = replace(order_facts(act.session, order), recalled=any(card.recall_id for card in cards))
    turn = may(OrderAct.reveal, standing(act.who), facts, act.now)
    if not turn.is_open:
        raise turn.refusal(order.status)
    for card in cards:
        card.revealed_at = act.now
        act.session.add(card)
        move(act, card, "reveal", Verb.card_revealed, cards=[card.id], address=address)
