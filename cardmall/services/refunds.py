"""The life of a refund after it was intended: what the channel answered, applied once (R57-R59, R81)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.ledger import Entry
from cardmall.domain.refunding import Hindrance, ask_after, hindrance_of, retry_after, send_in, stuck_by
from cardmall.domain.terms import SYSTEM, Abnormal, RefundStatus
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Order, Payment, Refund
from cardmall.queries.money import RefundCall, refund_call, sending_of, waiting_jobs
from cardmall.services import money
from cardmall.services.journal import Act, move, reopen, restage, schedule
from cardmall.services.notify import tell_admins, tell_shopper


class Answer(StrEnum):
    """What a channel can say of a refund number. `unknown`: no trustworthy answer; only a query moves on."""

    succeeded = "succeeded"
    processing = "processing"
    failed = "failed"
    missing = "missing"
    unknown = "unknown"


@dataclass(frozen=True)
class RefundNews:
    """The channel's answer about one refund number; `trouble` is its own code for a failure, `hindrance` our word.

    `refund_no` and `amount` stand in callbacks, which come unasked.
    """

    answer: Answer
    trace_no: str = ""
    trouble: str = ""
    hindrance: Hindrance = Hindrance.busy
    expected_at: datetime | None = None
    refund_no: str = ""
    amount: int = 0
    settled_at: datetime | None = None


def refund_by_no(session: Session, no: str) -> Refund:
    return session.exec(select(Refund).where(Refund.no == no)).one()


def set_out(
    session: Session, no: str, *, calendar: WorkCalendar, now: datetime, cause: str
) -> RefundCall | timedelta | None:
    """What the channel shall be told now, or how long it may not be called yet; None: nothing is to be sent.

    Called and committed before the channel is: from here on the refund counts as sent, so that whatever happens to
    the call, the same number is asked about, and no other refund of the payment leaves too soon.
    """
    refund, act = _locked(session, no, now, cause)
    if refund.status in (RefundStatus.requested, RefundStatus.failed):
        facts = sending_of(session, refund, session.get_one(Payment, refund.payment_id))
        wait = send_in(facts, now)
        if wait > timedelta():
            return wait
        if hindrance := hindrance_of(facts, now):
            give_up(session, act, refund, hindrance)
        else:
            _leave(session, act, refund, calendar)
    return refund_call(session, no) if refund.status is RefundStatus.sent else None


def hear_answer(session: Session, no: str, news: RefundNews, *, now: datetime, cause: str) -> None:
    """Move a sent refund as the channel says; a refund already settled hears nothing more."""
    refund, act = _locked(session, no, now, cause)
    if refund.status not in (RefundStatus.sent, RefundStatus.processing):
        return
    refund.trace_no = news.trace_no or refund.trace_no
    if news.answer is Answer.succeeded:
        _succeed(session, act, refund, news.settled_at or now)
    elif news.answer is Answer.failed:
        _fail(session, act, refund, news)
    elif news.answer is Answer.missing and refund.status is RefundStatus.sent:
        send_at(session, act, refund, now)  # what was accepted once is not sent again: it is asked about
    else:
        _wait(session, act, refund, news)


def hear_callback(session: Session, news: RefundNews, *, now: datetime, cause: str) -> bool:
    """Apply what the channel said unasked; False when it does not fit (unknown number, wrong amount).

    A failure may have been overtaken by a later success: it is only a reason to ask at once. A success is true even of
    a refund that was given up: it had been sent all the same.
    """
    refund = session.exec(select(Refund).where(Refund.no == news.refund_no)).first()
    if refund is None or refund.amount != news.amount:
        return False
    if news.answer is Answer.succeeded:
        _hear_success(session, refund.no, news, now=now, cause=cause)
    else:
        ask_now(session, refund, now)
    return True


def _hear_success(session: Session, no: str, news: RefundNews, *, now: datetime, cause: str) -> None:
    refund, act = _locked(session, no, now, cause)
    if refund.status is RefundStatus.needs_attention:
        send_stuck(session, act, session.get_one(Order, refund.order_id), refund)
    hear_answer(session, no, news, now=now, cause=cause)


def give_up(session: Session, act: Act, refund: Refund, hindrance: Hindrance) -> None:
    """A person must look: it stays a visible debt, the order never opens again for it."""
    refund.hindrance = hindrance
    told = {"no": refund.no, "hindrance": stuck_by(hindrance).value}
    move(session, act, refund, "give_up", Verb.refund_stuck, **told)
    order = session.get_one(Order, refund.order_id)
    order.abnormal = Abnormal.refund_stuck
    restage(session, order)
    tell_shopper(session, act, NoticeKind.refund_stuck, amount=refund.amount, refund=refund.no)
    _tell_stuck(session, act, refund)


def tell_still_stuck(session: Session, no: str, *, now: datetime, cause: str) -> None:
    """A day later a person is still needed."""
    refund, act = _locked(session, no, now, cause)
    if refund.status is RefundStatus.needs_attention:
        _tell_stuck(session, act, refund)


def send_stuck(session: Session, act: Act, order: Order, refund: Refund) -> None:
    """An admin lets it be sent once more with its own number; tries are counted anew."""
    refund.failures, refund.sent_at = 0, act.now
    move(session, act, refund, "send", Verb.refund_sent, no=refund.no, amount=refund.amount)
    clear_abnormal(session, order)
    send_at(session, act, refund, act.now)


def clear_abnormal(session: Session, order: Order) -> None:
    """The flag goes with the last refund that needs a person."""
    stuck = select(Refund.id).where(Refund.order_id == order.id, Refund.status == RefundStatus.needs_attention)
    if order.abnormal is Abnormal.refund_stuck and session.exec(stuck).first() is None:
        order.abnormal = None
        restage(session, order)


def send_at(session: Session, act: Act, refund: Refund, at: datetime) -> None:
    """With its own number, however often (R81)."""
    key = f"send_refund:{refund.no}:{act.now.timestamp():.3f}"
    schedule(session, "send_refund", key, {"refund": refund.no}, at)


def ask_now(session: Session, refund: Refund, now: datetime) -> None:
    """The next question to the channel is put at once; there is never more than one waiting."""
    waiting = waiting_jobs(session, "query_refund", refund.no)
    if waiting:
        reopen(session, waiting, now)
    else:
        _ask_at(session, refund, now, now)


def _ask_at(session: Session, refund: Refund, now: datetime, at: datetime) -> None:
    key = f"query_refund:{refund.no}:{now.timestamp():.3f}"
    schedule(session, "query_refund", key, {"refund": refund.no}, at)


def _locked(session: Session, no: str, now: datetime, cause: str) -> tuple[Refund, Act]:
    """The refund under the locks of its order and its payment."""
    refund = refund_by_no(session, no)
    order = session.exec(select(Order).where(Order.id == refund.order_id).with_for_update()).one()
    session.exec(select(Payment).where(Payment.id == refund.payment_id).with_for_update()).one()
    session.refresh(refund)
    return refund, Act(SYSTEM, now, order, cause=cause)


def _leave(session: Session, act: Act, refund: Refund, calendar: WorkCalendar) -> None:
    first, refund.sent_at = refund.sent_at is None, act.now
    refund.expected_at = money.arrives_at(session, refund, act.now, calendar)
    move(session, act, refund, "send", Verb.refund_sent, no=refund.no, amount=refund.amount)
    if first:
        tell_shopper(session, act, NoticeKind.refund_sent, amount=refund.amount, refund=refund.no)


def _wait(session: Session, act: Act, refund: Refund, news: RefundNews) -> None:
    """The channel has it, or may have it: asked about with the same number, ever more seldom."""
    if news.answer is Answer.processing:
        refund.expected_at = news.expected_at or refund.expected_at
        if refund.status is RefundStatus.sent:
            move(session, act, refund, "accept", Verb.refund_processing, no=refund.no, trace_no=refund.trace_no)
    if not waiting_jobs(session, "query_refund", refund.no):
        _ask_at(session, refund, act.now, act.now + ask_after(act.now - (refund.sent_at or act.now)))


def _succeed(session: Session, act: Act, refund: Refund, at: datetime) -> None:
    order = session.get_one(Order, refund.order_id)
    refund.succeeded_at, refund.hindrance = min(at, act.now), None
    refund.destination = ""  # the account itself is needed no more; its tail stays
    move(session, act, refund, "succeed", Verb.refund_succeeded, no=refund.no, amount=refund.amount)
    clear_abnormal(session, order)
    money.post(session, act, order, Entry.refund, refund.no, refund.amount)
    tell_shopper(session, act, NoticeKind.refund_succeeded, amount=refund.amount, refund=refund.no)


def _fail(session: Session, act: Act, refund: Refund, news: RefundNews) -> None:
    """Sent again with the same number when that may help, at most 8 times; else a person must look."""
    before, refund.hindrance = refund.hindrance, news.hindrance
    refund.failures, refund.trouble = refund.failures + 1, news.trouble
    told = {"no": refund.no, "trouble": news.trouble, "hindrance": news.hindrance.value}
    move(session, act, refund, "fail", Verb.refund_failed, **told)
    wait = retry_after(news.hindrance, refund.failures)
    if wait is None:
        return give_up(session, act, refund, news.hindrance)
    send_at(session, act, refund, act.now + wait)
    if news.hindrance is Hindrance.balance_low and before is not Hindrance.balance_low:
        tell_admins(session, act, NoticeKind.refund_balance_low, amount=refund.amount, refund=refund.no)
    return None


def _tell_stuck(session: Session, act: Act, refund: Refund) -> None:
    """No admin forgets it: a job tells them every day until it moves."""
    tell_admins(session, act, NoticeKind.refund_stuck, amount=refund.amount, refund=refund.no)
    key = f"refund_stuck:{refund.no}:{int(act.now.timestamp())}"
    schedule(session, "refund_stuck", key, {"refund": refund.no}, act.now + limits.REFUND_STUCK_EVERY)
