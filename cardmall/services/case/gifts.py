"""主动退款: a merchant gives money back on an order of the own shop without being asked, in one transaction (R96)."""

from collections.abc import Mapping

from cardmall.domain.gifts import Gift, GiftGoods, GiftOf, laid_on
from cardmall.domain.rules.transfers import TransferEnd
from cardmall.domain.terms import (
    CaseKind,
    CaseStatus,
    DeliveryMode,
    Offer,
    Reason,
    RefundCause,
    Refused,
    Role,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.doors import order_for
from cardmall.reads.facts import pieces_left
from cardmall.reads.gifts import Giving, giving
from cardmall.reads.people import require
from cardmall.reads.pieces import cards_of
from cardmall.reads.whole import whole_order
from cardmall.services.act import Act, start
from cardmall.services.money import money
from cardmall.services.order.delivery import one_at_a_time
from cardmall.services.order.holds import deliver_later
from cardmall.services.order.numbers import new_no
from cardmall.services.order.pieces import all_void, drop_pieces, take_back
from cardmall.services.talk.notify import tell_shopper
from cardmall.services.transfer.closing import close_order, drop_transfer


def give_unasked(act: Act, no: object, typed: Mapping[str, object], *, seen: object) -> str:
    """Give back what the form asks for; the number of the case. An offer of the order to somebody else ends.

    `typed`: {of, pieces, cards, amount, reason, text}; `seen`: the mark of the effect that was shown. Refused: by the
    rules of gifts; beside the fields; no_funds; changed, when the press would do anything else than what was seen.
    """
    one_at_a_time(act.session, require(act.who, Role.merchant).shop_id)  # two gifts never spend one balance twice
    order = order_for(act, no, Role.merchant, lock=True)
    made = giving(act, whole_order(act, order), typed)
    if seen != made.effect.mark:
        raise Refused(Reason.changed, Offer.form, status=order.status)
    case = _new_case(act, order, made)
    act = act.on(order=order, case=case)
    _start(act, case, made)
    drop_transfer(act, order, TransferEnd.gift)
    _CARRY_OUT[made.asked.gift.of](act, order, made.asked.gift, made.goods)
    money.draw(act, order, case.amount, case.no)
    money.pay_back(act, order, case.amount, RefundCause.gift)
    tell_shopper(act, _TOLD[made.asked.gift.of], amount=case.amount, reason=case.reason.value, words=case.text)
    return case.no


def _new_case(act: Act, order: Order, made: Giving) -> Case:
    gift = made.asked.gift
    return Case(
        no=new_no(act, Case),
        order_id=order.id or 0,
        shop_id=order.shop_id,
        kind=CaseKind.gift,
        status=CaseStatus.approved,
        reason=made.asked.reason,
        text=made.asked.words,
        pieces=gift.pieces,
        cards=list(gift.cards),
        paid=gift.amount,
        fee=0,
        amount=gift.amount,
        opened_at=act.now,
        deadline=act.now,
        ended_at=act.now,
    )


def _start(act: Act, case: Case, made: Giving) -> None:
    gift, effect = made.asked.gift, made.effect
    told = {"reason": case.reason.value, "amount": gift.amount, "of": gift.of.value, "pieces": gift.pieces}
    told["cards"] = list(gift.cards)
    start(act, case, "give", Verb.gifted, case.text, **told, of_order=effect.of_order, of_shop=effect.of_shop)


def _cancel(act: Act, order: Order, gift: Gift, goods: GiftGoods) -> None:
    """The last pieces, before delivery; a hold after a rejection stands. One that lacks nothing any more goes on."""
    if gift.pieces == pieces_left(order):
        close_order(act, order, "cancel", Verb.canceled, reason=Reason.not_delivered)
        return
    lacked = order.lacks
    drop_pieces(act, order, gift.pieces)
    if lacked and not order.lacks and order.mode is DeliveryMode.auto and order.held_at is None:
        deliver_later(act, order)


def _void(act: Act, order: Order, gift: Gift, goods: GiftGoods) -> None:
    """Delivered cards; the order is canceled once all of them are void."""
    take_back(act, order, [card for card in cards_of(act.session, order) if card.id in gift.cards])
    if all_void(act.session, order):
        close_order(act, order, "cancel", Verb.canceled, reason=Reason.sealed)


def _lay(act: Act, order: Order, gift: Gift, goods: GiftGoods) -> None:
    """An amount: every piece stays, and less comes back for it later."""
    if order.delivered_at is None:
        order.given += gift.amount
        act.session.add(order)
        return
    parts = dict(zip((piece.card for piece in goods.pieces), laid_on(gift.amount, goods.pieces), strict=True))
    for card in cards_of(act.session, order):
        card.given += parts.get(card.id, 0)
        act.session.add(card)


_CARRY_OUT = {GiftOf.pieces: _cancel, GiftOf.cards: _void, GiftOf.amount: _lay}
_TOLD = {
    GiftOf.pieces: NoticeKind.order_gifted_pieces,
    GiftOf.cards: NoticeKind.order_gifted_cards,
    GiftOf.amount: NoticeKind.order_gifted,
}
