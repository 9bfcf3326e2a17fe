"""Ledger postings, refunds as intentions, and settlement with the shop."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import ledger, limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.jobs import ClosePayment, SendRefund, Settle
from cardmall.domain.ledger import LedgerEntry, Lines
from cardmall.domain.refunding import arrives
from cardmall.domain.rules.settlement import SettlementAct, may
from cardmall.domain.rules.turn import JOB
from cardmall.domain.terms import (
    REPLACED_REFUND,
    CaseStatus,
    Channel,
    OrderStatus,
    PaymentStatus,
    RefundCause,
    RefundStatus,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order, Payment, Posting, Refund
from cardmall.reads.locks import locking
from cardmall.reads.money import HELD, owed_by, sales_of, spare_of, sum_of
from cardmall.reads.orders import settlement_facts
from cardmall.services.act import Act, move, record, schedule, start
from cardmall.services.ending import restage
from cardmall.services.order.numbers import new_no
from cardmall.services.talk.notify import tell_shop

_POST = sa.insert(Posting)


def post(act: Act, order: Order, entry: LedgerEntry, entry_no: str, amount: int) -> None:
    """Write one balanced entry of `amount` fen; the same entry_no cannot be written twice."""
    _write(act, order, entry, entry_no, ledger.lines(entry, amount))


def _write(act: Act, order: Order, entry: LedgerEntry, entry_no: str, lines: Lines) -> None:
    about = {"entry_no": f"{entry.value}:{entry_no}", "entry": entry, "at": act.now}
    owner = {"order_id": order.id, "shop_id": order.shop_id}
    rows = [{"account": line.account, "amount": line.amount, **about, **owner} for line in lines]
    act.session.connection().execute(_POST, rows)
    restage(act.session, order)


def escrow_of(session: Session, order: Order) -> int:
    """What the platform holds for this order, in fen."""
    return session.connection().execute(sa.select(HELD), {"order": order.id}).scalar_one()


def refundable(session: Session, order: Order) -> int:
    """What was captured for this order and is in no refund yet, in fen."""
    payment = captured_payment(session, order)
    return payment.amount - _promised(session, payment) if payment else 0


def pay_back(act: Act, order: Order, amount: int, cause: RefundCause) -> None:
    """Intend to send back `amount` fen of what paid the order; what a canceled one keeps is the shop's in a week."""
    payment = captured_payment(act.session, order)
    spare = _advance(act, order, _intend(act, payment, amount, cause)) if payment and amount else None
    if order.status is OrderStatus.canceled and (spare_of(act.session, order) if spare is None else spare) > 0:
        settle_after(act, order, limits.SETTLE_AFTER)


def draw(act: Act, order: Order, amount: int, name: str) -> None:
    """Take what the order lacks for a refund of `amount` fen, which its shop decided on, out of what that was paid; the
    caller knows that it has so much, and holds its lock. `name`: of what it is done for, once."""
    lack = amount - spare_of(act.session, order)
    if lack > 0:
        lines = ledger.recovery(lack, sales_of(act.session, order.shop_id))
        _write(act, order, LedgerEntry.recovery, name, lines)


def request_refund(act: Act, payment: Payment, amount: int, cause: RefundCause) -> Refund:
    """Intend to send `amount` fen back the way it came; a job sends it. Never more than captured (R75).

    The caller holds the lock of `payment`.
    """
    refund = _intend(act, payment, amount, cause)
    _advance(act, act.session.get_one(Order, refund.order_id), refund)
    return refund


def _intend(act: Act, payment: Payment, amount: int, cause: RefundCause) -> Refund:
    _check_captured(act.session, payment, amount)
    refund = Refund(
        no=new_no(act, Refund),
        order_id=payment.order_id,
        payment_id=payment.id or 0,
        case_id=act.case.id if act.case else None,
        cause=cause,
        status=RefundStatus.requested,
        amount=amount,
        created_at=act.now,
        expected_at=arrives(payment.channel, act.now, act.world.calendar),
    )
    start_refund(act, refund, channel=payment.channel)
    return refund


def _advance(act: Act, order: Order, refund: Refund) -> int:
    """What was settled is the shop's: a refund due after that is paid by the platform, and the shop owes it.

    Return what is held beyond the refunds on their way, in fen.
    """
    spare = spare_of(act.session, order)
    if spare >= 0:
        return spare
    post(act, order, LedgerEntry.advance, refund.no, -spare)
    tell_shop(act.on(order=order), NoticeKind.shop_owes, amount=-spare)
    return 0


def _check_captured(session: Session, payment: Payment, amount: int) -> None:
    promised_already = _promised(session, payment)
    if payment.status is not PaymentStatus.captured or not 0 < amount <= payment.amount - promised_already:
        raise ValueError(f"refund of {amount} fen on {payment.no}: {promised_already} of {payment.amount} promised")


def _promised(session: Session, payment: Payment) -> int:
    """Fen of its refunds, without those another number stands for."""
    live = (col(Refund.payment_id) == payment.id, col(Refund.status).not_in(REPLACED_REFUND))
    return session.connection().execute(sa.select(sum_of(col(Refund.amount), *live))).scalar_one()


def start_refund(act: Act, refund: Refund, **told: str) -> None:
    """The row is the intention; the job that sends it knows only its number."""
    start(act, refund, "request", Verb.refund_requested, amount=refund.amount, no=refund.no, **told)
    schedule(act, SendRefund(refund.no, refund.order_id), act.now)


def arrives_at(session: Session, refund: Refund, sent: datetime, calendar: WorkCalendar) -> datetime:
    """When it is expected, by what it travels to."""
    kind = refund.destination_kind
    return arrives(Channel(kind.value) if kind else session.get_one(Payment, refund.payment_id).channel, sent, calendar)


def captured_payment(session: Session, order: Order) -> Payment | None:
    """The payment that paid the order, under its lock: the first captured one of the amount asked."""
    whole = (Payment.status == PaymentStatus.captured, col(Payment.odd).is_(False))
    wanted = select(Payment).where(Payment.order_id == order.id, *whole)
    return session.exec(locking(wanted.order_by(col(Payment.captured_at), col(Payment.id)))).first()


def close_payment(act: Act, payment: Payment) -> None:
    """Close ours now; closing at the channel is a job. Money that was faster is refunded by itself."""
    move(act, payment, "close", Verb.payment_closed, no=payment.no)
    schedule(act, ClosePayment(payment.no, payment.order_id), act.now)


def close_pending(act: Act, order: Order) -> None:
    """The order is paid or over: nobody is asked for its money any more."""
    pending = select(Payment).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    for payment in act.session.exec(pending).all():
        close_payment(act, payment)


def settle_after(act: Act, order: Order, wait: timedelta) -> None:
    schedule(act, Settle(order.id, act.now), act.now + wait)


def settle_with_shop(act: Act, order: Order) -> bool:
    """Give the shop what is left in escrow; False while the shopper may ask, a refund is due or it is disabled.

    The caller holds the locks of shop and order: two settlements of a shop never repay one debt twice.
    """
    if not may(SettlementAct.settle, JOB, settlement_facts(act.session, order), act.now).is_open:
        return False
    held = escrow_of(act.session, order)
    if held > 0:
        _settle(act, order, ledger.settlement(held, _fee_due(act.session, order), owed_by(act.session, order.shop_id)))
    return True


def _settle(act: Act, order: Order, made: ledger.Settlement) -> None:
    """Sales and service fee to the shop, in full; what it owes comes back out of them at once."""
    for entry, lines in made.entries.items():
        _write(act, order, entry, f"{order.no}:{int(act.now.timestamp())}", lines)
    amount = made.sales + made.fee
    record(act.on(order=order), Verb.settled_with_shop, amount=amount, fee=made.fee, repaid=made.repaid)


def _fee_due(session: Session, order: Order) -> int:
    """The service fees of the returns the shop agreed to, in fen."""
    agreed = sa.select(sa.func.coalesce(sa.func.sum(col(Case.fee)), 0)).where(
        col(Case.order_id) == order.id, col(Case.status) == CaseStatus.approved
    )
    return session.connection().execute(agreed).scalar_one()
