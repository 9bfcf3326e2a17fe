"""How an order ends, and with it what hangs on it: payments, cards, a transfer."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain.rules.transfers import ENDS, TransferEnd
from cardmall.domain.terms import OPEN_TRANSFER, SYSTEM, Abnormal, CardStatus, PaymentStatus, Reason, Role
from cardmall.domain.topics import transfer_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Order, Payment, Transfer
from cardmall.services.act import Act, move
from cardmall.services.ending import touch
from cardmall.services.money import money
from cardmall.services.order.holds import lift_hold
from cardmall.services.order.shelf import give_back
from cardmall.services.talk.notify import tell_receiver, tell_shop, tell_shopper

_HANGS_ON = sa.select(
    sa.exists().where(
        sa.or_(
            col(Transfer.order_id) == sa.bindparam("order"),
            col(Transfer.new_order_id) == sa.bindparam("order"),
        ),
        col(Transfer.status).in_(OPEN_TRANSFER),
    ),
    sa.exists().where(col(Payment.order_id) == sa.bindparam("order"), col(Payment.status) == PaymentStatus.pending),
)


def close_order(act: Act, order: Order, verb: str, event: Verb, **data: Any) -> None:
    """End an order: pending payments closed, undelivered cards back to stock, nothing held or offered any more."""
    offered, asked = act.session.connection().execute(_HANGS_ON, {"order": order.id}).one()
    if offered:
        _end_its_transfer(act, order, verb)
    order.closed_at, order.held_at, order.hold_until, order.lacks = act.now, None, None, 0
    if order.abnormal is not Abnormal.refund_stuck:  # that money is still owed
        order.abnormal = None
    move(act, order, verb, event, **data)
    if asked:
        money.close_pending(act, order)
    release_cards(act, order)


_UNUSED = select(Card).where(
    Card.order_id == sa.bindparam("order"), col(Card.status).in_((CardStatus.reserved, CardStatus.allocated))
)


def release_cards(act: Act, order: Order) -> None:
    """Cards that were never sealed go back to stock (R77)."""
    cards = act.session.exec(_UNUSED, params={"order": order.id}).all()
    for status in (CardStatus.reserved, CardStatus.allocated):
        give_back(act, [card for card in cards if card.status is status])


def _end_its_transfer(act: Act, order: Order, verb: str) -> None:
    """Whichever of its two orders ends, the transfer ends with it."""
    its = sa.or_(col(Transfer.order_id) == order.id, col(Transfer.new_order_id) == order.id)
    transfer = act.session.exec(select(Transfer).where(its, col(Transfer.status).in_(OPEN_TRANSFER))).one()
    if transfer.order_id == order.id:
        end_transfer(act, transfer, order, TransferEnd.order_closed, held=True)
    else:
        _record_end(act, transfer, act.session.get_one(Order, transfer.order_id), _why(act, verb))


def _why(act: Act, verb: str) -> TransferEnd:
    """Why the receiver's order ended."""
    if verb == "expire":
        return TransferEnd.unpaid
    return TransferEnd.receiver if act.who.role is Role.shopper else TransferEnd.shop_disabled


def drop_transfer(act: Act, order: Order, why: TransferEnd, *, held: bool = False) -> None:
    """An offer of this order that is still out ends; `held`: what follows holds the order itself."""
    out = select(Transfer).where(Transfer.order_id == order.id, col(Transfer.status).in_(OPEN_TRANSFER))
    transfer = act.session.exec(out).first()
    if transfer:
        end_transfer(act, transfer, order, why, held=held)


def end_transfer(act: Act, transfer: Transfer, order: Order, why: TransferEnd, *, held: bool = False) -> None:
    """Nothing has moved: the old order goes on, the receiver's, when there is one, is closed."""
    _record_end(act, transfer, order, why, held=held)
    if transfer.new_order_id:
        new = act.session.get_one(Order, transfer.new_order_id)
        by_us = act.by(SYSTEM).on(order=new)
        close_order(by_us, new, "cancel", Verb.canceled, reason=Reason.transfer_over)


_VERBS = {
    "decline": Verb.transfer_declined,
    "withdraw": Verb.transfer_withdrawn,
    "expire": Verb.transfer_expired,
}


def _record_end(act: Act, transfer: Transfer, order: Order, why: TransferEnd, *, held: bool = False) -> None:
    act = replace(act, order=order, case=None)
    transfer.ended_at, transfer.ended_why = act.now, why
    move(act, transfer, ENDS[why], _VERBS[ENDS[why]], transfer=transfer.no, reason=why.value)
    touch(act.session, transfer_topic(transfer.no))
    if not held:
        _let_go(act, order)
    _tell_the_others(act, transfer, order)


def _let_go(act: Act, order: Order) -> None:
    """The 24 hours after a rejection run on."""
    if order.hold_until is None or order.hold_until <= act.now:
        lift_hold(act, order)


def _tell_the_others(act: Act, transfer: Transfer, order: Order) -> None:
    """Notify shopper, shop and receiver, except whoever ended the transfer."""
    told = {"transfer": transfer.no}
    if act.who.id != order.shopper_id:
        tell_shopper(act, NoticeKind.transfer_ended, **told)
    if act.who.role is not Role.merchant:
        tell_shop(act, NoticeKind.transfer_ended, **told)
    if transfer.ended_why is not TransferEnd.receiver:
        tell_receiver(act, transfer, order, NoticeKind.transfer_ended)
