"""What a merchant may give back on an order, what a gift comes to, and where its money is (R96)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlmodel import Session, col, select

from cardmall.domain.funds import Funds, is_funded
from cardmall.domain.gifts import GiftAsked, GiftEffect, GiftGoods, Piece, effect_of, follow, read_gift
from cardmall.domain.refunds import spread
from cardmall.domain.rules.gifts import GiftAct, GiftFacts, may
from cardmall.domain.rules.turn import Turn, standing
from cardmall.domain.terms import OPEN_TRANSFER, REPLACED_REFUND, PaymentStatus, Role
from cardmall.models import Order, Payment, Transfer
from cardmall.reads.facts import pieces_left
from cardmall.reads.look import Look
from cardmall.reads.money import balance_of, spare_of
from cardmall.reads.people import require
from cardmall.reads.pieces import delivered_pieces
from cardmall.reads.whole import WholeOrder


@dataclass(frozen=True)
class Giving:
    """A gift as its form asks for it, and what it does."""

    asked: GiftAsked
    goods: GiftGoods
    effect: GiftEffect


def goods_of(whole: WholeOrder) -> GiftGoods:
    """The pieces left of an order, as its page numbers them."""
    order, back = whole.order, _back(whole, _paid_by(whole))
    if order.delivered_at is None:
        lies = spread(order.given, [order.unit_price] * pieces_left(order))
        pieces = [Piece(n, order.unit_price - part) for n, part in enumerate(lies, 1)]
    else:
        pieces = delivered_pieces(order, whole.cards, whole.cases)
    return GiftGoods(order.delivered_at is not None, pieces, back.refundable, back.parts, order.no)


class _Back(NamedTuple):
    """What was captured for an order and is in no refund yet, in fen, and how many refunds there are."""

    refundable: int = 0
    parts: int = 0


def _paid_by(whole: WholeOrder) -> Payment | None:
    """The payment that paid the order: the first captured one of the amount asked."""
    whole_ones = [one for one in whole.payments if one.status is PaymentStatus.captured and not one.odd]
    return min(whole_ones, key=lambda one: (one.captured_at or one.created_at, one.id or 0), default=None)


def _back(whole: WholeOrder, payment: Payment | None) -> _Back:
    if payment is None:
        return _Back()
    live = [one for one in whole.refunds if one.status not in REPLACED_REFUND and one.payment_id == payment.id]
    return _Back(payment.amount - sum(one.amount for one in live), len(live))


def gift_turn(look: Look, whole: WholeOrder, goods: GiftGoods) -> Turn[GiftAct]:
    """May whoever looks open the form now?"""
    return may(GiftAct.begin, standing(require(look.who)), _facts(whole, goods), look.now)


def _facts(whole: WholeOrder, goods: GiftGoods) -> GiftFacts:
    payment = _paid_by(whole)
    captured_at = payment.captured_at if payment else None
    return GiftFacts(whole.facts, captured_at, goods.most, parts=goods.parts)


def funds_of(look: Look, order: Order, amount: int) -> Funds:
    """Where `amount` fen given back on this order would come from; the balance is added up only where it is needed."""
    held = Funds(amount, Role.merchant, spare_of(look.session, order))
    return held if is_funded(held) else replace(held, balance=balance_of(look.session, order.shop_id))


def transfer_of(session: Session, order: Order) -> str:
    """The open transfer of an order, which a gift ends, and how far it is; "" of none."""
    its = (Transfer.order_id == order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    found = session.exec(select(Transfer.no, Transfer.status).where(*its)).first()
    return " ".join(found) if found else ""


def giving(look: Look, whole: WholeOrder, typed: Mapping[str, object]) -> Giving:
    """The gift that a form asks for. Refused: by the rules of gifts; beside its fields; no_funds."""
    goods = goods_of(whole)
    turn = gift_turn(look, whole, goods)
    if not turn.is_open:
        raise turn.refusal(whole.order.status)
    asked = read_gift(typed, goods)
    funds = funds_of(look, whole.order, asked.gift.amount)
    facts = replace(_facts(whole, goods), funds=funds, follow=follow(asked.gift, goods))
    turn = may(GiftAct.give, standing(require(look.who)), facts, look.now)
    if not turn.is_open:
        raise turn.refusal(whole.order.status)
    return Giving(asked, goods, effect_of(asked.gift, goods, funds, transfer_of(look.session, whole.order)))
