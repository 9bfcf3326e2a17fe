"""What the payment channel tells us, applied once: money is never lost, never kept on a closed order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.ledger import Entry
from cardmall.domain.terms import (
    SYSTEM,
    Abnormal,
    Actor,
    CardStatus,
    DeliveryMode,
    OrderStatus,
    PaymentStatus,
    Reason,
    RefundCause,
    Role,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Card, Order, Payment
from cardmall.reads.doors import locked_order, order_for
from cardmall.reads.facts import shop_disabled
from cardmall.reads.money import waiting_jobs
from cardmall.services.act import Act, move, move_cards, record, reopen, restage, touch
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


def hear_payment(session: Session, news: PaymentNews, *, calendar: WorkCalendar, now: datetime, cause: str) -> bool:
    """Apply a callback; False, nothing moved, if it does not fit: unknown number, no amount, another after capture."""
    payment = session.exec(select(Payment).where(Payment.no == news.payment_no)).first()
    if payment is None:
        return False
    order = locked_order(session, payment.order_id)
    session.refresh(payment)
    act = Act(SYSTEM, now, order, cause=cause)
    if news.amount != payment.amount:
        return _hear_other_amount(session, act, order, payment, news, calendar)
    if not news.paid:
        _fail(session, act, payment)
    elif payment.status is not PaymentStatus.captured:
        _capture(session, act, order, payment, news, calendar)
    return True


def _hear_other_amount(
    session: Session, act: Act, order: Order, payment: Payment, news: PaymentNews, calendar: WorkCalendar
) -> bool:
    """The channel took another amount than asked: it goes back whole at once, and the order can be paid again."""
    ours = payment.amount
    if not news.paid or news.amount <= 0 or payment.status is PaymentStatus.captured:
        record(session, act, Verb.payment_refused, no=payment.no, told=news.amount, ours=ours)
        return False
    payment.captured_at, payment.trade_no, payment.payer = act.now, news.trade_no, news.payer
    payment.amount, payment.odd, payment.paying_since = news.amount, True, None
    told = {"amount": news.amount, "channel": payment.channel.value, "trade_no": news.trade_no}
    move(session, act, payment, "capture", Verb.paid_wrong, no=payment.no, ours=ours, **told)
    money.post(session, act, order, Entry.capture, payment.no, payment.amount)
    money.request_refund(session, act, payment, payment.amount, RefundCause.wrong_amount, calendar)
    if order.status is OrderStatus.pending_payment:
        order.abnormal = Abnormal.wrong_amount
        restage(session, order)
    for tell in (tell_shopper, tell_admins):
        tell(session, act, NoticeKind.wrong_amount, amount=news.amount, ours=ours)
    return True


def look_payment(session: Session, actor: Actor | None, no: object, *, now: datetime) -> None:
    """重新查询: the shopper has the channel asked at once about the payments of the order that are still open."""
    order = order_for(session, actor, no, Role.shopper, lock=True)
    pending = select(Payment.no).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    for number in session.exec(pending).all():
        look_now(session, number, now=now)


def hear_trade(
    session: Session, no: str, news: TradeNews, *, calendar: WorkCalendar, now: datetime, cause: str
) -> timedelta | None:
    """What the channel said when asked; the wait until it must be asked again, None when nothing more can come."""
    payment = session.exec(select(Payment).where(Payment.no == no)).one()
    _note_paying(session, payment, news.state, Act(SYSTEM, now, cause=cause))
    if news.state is TradeState.paid and news.news:
        hear_payment(session, news.news, calendar=calendar, now=now, cause=cause)
    if news.state is TradeState.closed:
        failed = PaymentNews(no, paid=False, amount=payment.amount)
        hear_payment(session, failed, calendar=calendar, now=now, cause=cause)
        return None
    missing = news.state is TradeState.missing and payment.status is not PaymentStatus.pending
    over = missing or payment.status is PaymentStatus.captured
    if over:
        return None
    return limits.PAYING_ASKED if news.state is TradeState.paying else ask_again_in(payment.created_at, now)


def _note_paying(session: Session, payment: Payment, state: TradeState, act: Act) -> None:
    """The money is on its way, or not any more. An answer not to be trusted says neither."""
    paying = state is TradeState.paying
    if state is TradeState.unknown or payment.status is not PaymentStatus.pending:
        return
    if paying == (payment.paying_since is not None):
        return
    order = locked_order(session, payment.order_id)
    payment.paying_since = act.now if paying else None
    session.add(payment)
    if paying:
        record(session, act.on(order=order), Verb.payment_under_way, no=payment.no)
        reopen(session, waiting_jobs(session, "query_payment", payment.no, of="payment"), act.now + limits.PAYING_ASKED)
    touch(session, f"order:{order.no}", f"person:{order.shopper_id}")


def look_now(session: Session, no: str, *, now: datetime) -> None:
    """The shopper is back and the channel's word is not: the next look at this payment is due at once."""
    reopen(session, waiting_jobs(session, "query_payment", no, of="payment"), now)


def ask_again_in(since: datetime, now: datetime) -> timedelta:
    """Often at first, ever more seldom."""
    shortest, longest = limits.PAYMENT_QUERY
    return min(max((now - since) / 2, shortest), longest)


def _fail(session: Session, act: Act, payment: Payment) -> None:
    if payment.status is PaymentStatus.pending:
        move(session, act, payment, "fail", Verb.payment_failed, channel=payment.channel, no=payment.no)


def _capture(
    session: Session, act: Act, order: Order, payment: Payment, news: PaymentNews, calendar: WorkCalendar
) -> None:
    payment.captured_at, payment.trade_no, payment.payer = act.now, news.trade_no, news.payer
    told = {"amount": payment.amount, "channel": payment.channel.value, "trade_no": news.trade_no}
    if order.status is OrderStatus.pending_payment and shop_disabled(session, order):
        close_order(session, act, order, "cancel", Verb.canceled, reason=Reason.shop_disabled)
    in_time = order.status is OrderStatus.pending_payment
    move(session, act, payment, "capture", Verb.paid if in_time else Verb.paid_late, **told)
    money.post(session, act, order, Entry.capture, payment.no, payment.amount)
    if in_time:
        _accept(session, act, order)
        take_over(session, act, order, calendar)
    else:
        _send_back(session, act, order, payment, calendar)


def _accept(session: Session, act: Act, order: Order) -> None:
    """The order is paid: its cards are its own, delivery is set for `deliver_at`."""
    order.paid_at = act.now
    order.deliver_at = act.now + timedelta(seconds=order.terms.delay_seconds)
    order.promised_at = act.now + timedelta(seconds=order.terms.promise_seconds)
    move(session, act, order, "pay", Verb.awaiting_delivery)
    money.close_pending(session, act, order)
    cards = session.exec(select(Card).where(Card.order_id == order.id, Card.status == CardStatus.reserved)).all()
    move_cards(session, act, cards, "allocate", Verb.cards_allocated)
    if order.mode is DeliveryMode.auto:
        schedule_delivery(session, order, order.deliver_at)
    if order.abnormal is Abnormal.wrong_amount:
        order.abnormal = None
        restage(session, order)
    tell_shop(session, act, NoticeKind.order_paid)


def _send_back(session: Session, act: Act, order: Order, payment: Payment, calendar: WorkCalendar) -> None:
    """Money on a closed or already paid order goes back by itself; the notice offers 再次下单."""
    closed = order.status in (OrderStatus.canceled, OrderStatus.expired)
    cause = RefundCause.closed_then_paid if closed else RefundCause.paid_twice
    money.request_refund(session, act, payment, payment.amount, cause, calendar)
    tell_shopper(session, act, NoticeKind.paid_late, amount=payment.amount)
