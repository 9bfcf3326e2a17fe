"""What the payment channel tells us, applied once: money is never lost, never kept on a closed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, select

from cardmall.domain import limits
from cardmall.domain.jobs import JobKind
from cardmall.domain.ledger import LedgerEntry
from cardmall.domain.terms import (
    Abnormal,
    CardStatus,
    DeliveryMode,
    OrderStatus,
    PaymentStatus,
    Reason,
    RefundCause,
    Role,
)
from cardmall.domain.topics import order_topic, person_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Job, Order, Payment
from cardmall.reads.doors import locked_order, order_for
from cardmall.reads.facts import shop_disabled
from cardmall.reads.locks import locking
from cardmall.services.act import Act, move, move_cards, other_jobs, record, reopen
from cardmall.services.ending import restage, touch
from cardmall.services.money import money
from cardmall.services.order.delivery import schedule_delivery
from cardmall.services.talk.notify import tell_admins, tell_shop, tell_shopper
from cardmall.services.transfer.closing import close_order
from cardmall.services.transfer.takeover import take_over


@dataclass(frozen=True)
class PaymentNews:
    """A verified answer of the channel about one payment: `amount` in fen, `payer` masked."""

    payment_no: str
    paid: bool
    amount: int
    trade_no: str = ""
    payer: str = ""


class TradeState(StrEnum):
    """What a channel can say of a payment number. `paying`: the money is on its way. `unknown`: nothing to trust."""

    open = "open"
    paying = "paying"
    paid = "paid"
    closed = "closed"
    missing = "missing"
    unknown = "unknown"


@dataclass(frozen=True)
class TradeNews:
    """The channel's answer when asked to open, close or look up a payment; `news` with any state it vouches for."""

    state: TradeState
    news: PaymentNews | None = None
    trouble: str = ""


@dataclass(frozen=True)
class StatementLine:
    """One movement of a channel's daily statement, in fen; `kind` is "capture" or "refund", `no` its own number."""

    kind: str
    no: str
    payment_no: str
    amount: int
    trace_no: str
    at: datetime


def hear_payment(act: Act, news: PaymentNews) -> bool:
    """Apply a callback; False, nothing moved, if it does not fit: unknown number, no amount, another after capture."""
    found = _locked(act.session, news.payment_no)
    if found is None:
        return False
    payment, order = found
    act = act.on(order=order)
    if news.amount != payment.amount:
        return _hear_other_amount(act, order, payment, news)
    if not news.paid:
        _fail(act, payment)
    elif payment.status is not PaymentStatus.captured:
        _capture(act, order, payment, news)
    return True


def _locked(session: Session, no: str) -> tuple[Payment, Order] | None:
    """The payment `no` and its order, under the locks of order and payment, in this order."""
    payment = session.exec(select(Payment).where(Payment.no == no)).first()
    if payment is None:
        return None
    order = locked_order(session, payment.order_id)
    return session.exec(locking(select(Payment).where(Payment.id == payment.id))).one(), order


def _hear_other_amount(act: Act, order: Order, payment: Payment, news: PaymentNews) -> bool:
    """The channel took another amount than asked: it goes back whole at once, and the order can be paid again."""
    ours = payment.amount
    if not news.paid or news.amount <= 0 or payment.status is PaymentStatus.captured:
        record(act, Verb.payment_refused, no=payment.no, told=news.amount, ours=ours)
        return False
    payment.captured_at, payment.trade_no, payment.payer = act.now, news.trade_no, news.payer
    payment.amount, payment.odd, payment.paying_since = news.amount, True, None
    told = {"amount": news.amount, "channel": payment.channel.value, "trade_no": news.trade_no}
    move(act, payment, "capture", Verb.paid_wrong, no=payment.no, ours=ours, **told)
    money.post(act, order, LedgerEntry.capture, payment.no, payment.amount)
    money.request_refund(act, payment, payment.amount, RefundCause.wrong_amount)
    if order.status is OrderStatus.pending_payment:
        order.abnormal = Abnormal.wrong_amount
        restage(act.session, order)
    for tell in (tell_shopper, tell_admins):
        tell(act, NoticeKind.wrong_amount, amount=news.amount, ours=ours)
    return True


def look_payment(act: Act, no: object) -> None:
    """重新查询: the shopper has the channel asked at once about the payments of the order that are still open."""
    order = order_for(act, no, Role.shopper, lock=True)
    pending = select(Payment.no).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    for number in act.session.exec(pending).all():
        look_now(act, number)


def hear_trade(act: Act, no: str, news: TradeNews) -> timedelta | None:
    """What the channel said when asked; the wait until it must be asked again, None when nothing more can come."""
    found = _locked(act.session, no)
    if found is None:
        raise LookupError(f"no payment {no}")
    payment, order = found
    _note_paying(act, order, payment, news.state)
    if news.state is TradeState.paid and news.news:
        hear_payment(act, news.news)
    if news.state is TradeState.closed:
        failed = PaymentNews(no, paid=False, amount=payment.amount)
        hear_payment(act, failed)
        return None
    missing = news.state is TradeState.missing and payment.status is not PaymentStatus.pending
    over = missing or payment.status is PaymentStatus.captured
    if over:
        return None
    if news.state is TradeState.paying:
        return limits.PAYING_ASKED
    return ask_again_in(payment.created_at, act.now, heard=news.state is not TradeState.unknown)


def _note_paying(act: Act, order: Order, payment: Payment, state: TradeState) -> None:
    """The money is on its way, or not any more. An answer not to be trusted says neither."""
    paying = state is TradeState.paying
    if state is TradeState.unknown or payment.status is not PaymentStatus.pending:
        return
    if paying == (payment.paying_since is not None):
        return
    payment.paying_since = act.now if paying else None
    act.session.add(payment)
    if paying:
        record(act.on(order=order), Verb.payment_under_way, no=payment.no)
        reopen(act, _looks(act, payment.no), act.now + limits.PAYING_ASKED)
    touch(act.session, order_topic(order.no), person_topic(order.shopper_id))


def look_now(act: Act, no: str) -> None:
    """The shopper is back and the channel's word is not: the next look at this payment is due at once."""
    reopen(act, _looks(act, no), act.now)


def _looks(act: Act, no: str) -> Sequence[Job]:
    return other_jobs(act, JobKind.query_payment, no, of="payment")


def ask_again_in(since: datetime, now: datetime, *, heard: bool = True) -> timedelta:
    """Often at first, ever more seldom; soon where nothing was `heard`: the shopper may be waiting for it."""
    shortest, longest = limits.PAYMENT_QUERY
    shortest = shortest if heard else limits.UNHEARD_ASKED
    return min(max((now - since) / 2, shortest), longest)


def _fail(act: Act, payment: Payment) -> None:
    if payment.status is PaymentStatus.pending:
        move(act, payment, "fail", Verb.payment_failed, channel=payment.channel, no=payment.no)


def _capture(act: Act, order: Order, payment: Payment, news: PaymentNews) -> None:
    payment.captured_at, payment.trade_no, payment.payer = act.now, news.trade_no, news.payer
    told = {"amount": payment.amount, "channel": payment.channel.value, "trade_no": news.trade_no}
    if order.status is OrderStatus.pending_payment and shop_disabled(act.session, order):
        close_order(act, order, "cancel", Verb.canceled, reason=Reason.shop_disabled)
    in_time = order.status is OrderStatus.pending_payment
    move(act, payment, "capture", Verb.paid if in_time else Verb.paid_late, **told)
    money.post(act, order, LedgerEntry.capture, payment.no, payment.amount)
    if in_time:
        _accept(act, order, payment)
        take_over(act, order)
    else:
        _send_back(act, order, payment)


def _accept(act: Act, order: Order, payment: Payment) -> None:
    """The order is paid: its cards are its own, delivery is set for `deliver_at`."""
    order.paid_at, order.channel = act.now, payment.channel
    order.deliver_at = act.now + timedelta(seconds=order.terms.delay_seconds)
    order.promised_at = act.now + timedelta(seconds=order.terms.promise_seconds)
    move(act, order, "pay", Verb.awaiting_delivery)
    money.close_pending(act, order)
    cards = act.session.exec(select(Card).where(Card.order_id == order.id, Card.status == CardStatus.reserved)).all()
    move_cards(act, cards, "allocate", Verb.cards_allocated)
    if order.mode is DeliveryMode.auto:
        order.lacks = order.quantity - len(cards)
        schedule_delivery(act, order, order.deliver_at)
    if order.abnormal is Abnormal.wrong_amount:
        order.abnormal = None
        restage(act.session, order)
    tell_shop(act, NoticeKind.order_paid)


def _send_back(act: Act, order: Order, payment: Payment) -> None:
    """Money on a closed or already paid order goes back by itself; the notice offers 再次下单."""
    closed = order.status in (OrderStatus.canceled, OrderStatus.expired)
    cause = RefundCause.closed_then_paid if closed else RefundCause.paid_twice
    money.request_refund(act, payment, payment.amount, cause)
    tell_shopper(act, NoticeKind.paid_late, amount=payment.amount)
