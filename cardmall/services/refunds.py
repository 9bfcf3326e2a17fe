"""The life of a refund after it was intended: what the channel answered, applied once (R57-R59, R81)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, select

from cardmall.domain import limits
from cardmall.domain.ledger import Entry
from cardmall.domain.terms import SYSTEM, Abnormal, RefundStatus
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Order, Refund
from cardmall.services import money
from cardmall.services.journal import Act, move, restage, schedule
from cardmall.services.notify import tell_admins, tell_shopper


class Answer(StrEnum):
    """What a channel can say of a refund number. `unknown`: no trustworthy answer; only a query moves on."""

    succeeded = "succeeded"
    processing = "processing"
    failed = "failed"
    missing = "missing"
    unknown = "unknown"


class Trouble(StrEnum):
    """What a failure asks of us: the same call again, money on the merchant's account first, or a person."""

    retryable = "retryable"
    wait = "wait"
    final = "final"


@dataclass(frozen=True)
class RefundNews:
    """The channel's answer about one refund number; `trouble` is the channel's code, `weight` what it asks of us.

    `refund_no` and `amount` stand in callbacks, which come unasked.
    """

    answer: Answer
    trace_no: str = ""
    trouble: str = ""
    weight: Trouble = Trouble.retryable
    expected_at: datetime | None = None
    refund_no: str = ""
    amount: int = 0


def refund_by_no(session: Session, no: str) -> Refund:
    return session.exec(select(Refund).where(Refund.no == no)).one()


def hear_sent(session: Session, no: str, news: RefundNews, *, now: datetime, cause: str) -> None:
    """The refund was sent: whatever the answer, the same number is asked about until it is settled."""
    refund, act = _locked(session, no, now, cause)
    if refund.status in (RefundStatus.requested, RefundStatus.failed, RefundStatus.needs_attention):
        refund.sent_at = refund.sent_at or now
        move(session, act, refund, "send", Verb.refund_sent, no=refund.no, amount=refund.amount)
        if refund.failures == 0:
            tell_shopper(session, act, NoticeKind.refund_sent, amount=refund.amount)
    hear_answer(session, no, news, now=now, cause=cause)


def hear_answer(session: Session, no: str, news: RefundNews, *, now: datetime, cause: str) -> None:
    """Move a sent refund as the channel says; a refund already settled hears nothing more."""
    refund, act = _locked(session, no, now, cause)
    if refund.status not in (RefundStatus.sent, RefundStatus.processing):
        return
    refund.trace_no = news.trace_no or refund.trace_no
    if news.answer is Answer.succeeded:
        _succeed(session, act, refund)
    elif news.answer is Answer.failed:
        _fail(session, act, refund, news.trouble)
    elif news.answer is Answer.missing:
        _send_again(session, act, refund, now)
    else:
        if news.answer is Answer.processing and refund.status is RefundStatus.sent:
            move(session, act, refund, "accept", Verb.refund_processing, no=refund.no, trace_no=refund.trace_no)
        _query_later(session, refund, now)


def hear_callback(session: Session, news: RefundNews, *, now: datetime, cause: str) -> bool:
    """Apply what the channel said unasked; False when it does not fit (unknown number, wrong amount).

    A failure may have been overtaken by a later success: it is only a reason to ask.
    """
    refund = session.exec(select(Refund).where(Refund.no == news.refund_no)).first()
    if refund is None or refund.amount != news.amount:
        return False
    if news.answer is Answer.succeeded:
        hear_answer(session, refund.no, news, now=now, cause=cause)
    else:
        schedule(session, "query_refund", f"query_refund:{refund.no}:{cause}", {"refund": refund.no}, now)
    return True


def _locked(session: Session, no: str, now: datetime, cause: str) -> tuple[Refund, Act]:
    """The refund under its order's lock."""
    refund = refund_by_no(session, no)
    order = session.exec(select(Order).where(Order.id == refund.order_id).with_for_update()).one()
    session.refresh(refund)
    return refund, Act(SYSTEM, now, order, cause=cause)


def _succeed(session: Session, act: Act, refund: Refund) -> None:
    order = session.get_one(Order, refund.order_id)
    refund.succeeded_at = act.now
    if order.abnormal is Abnormal.refund_stuck:
        order.abnormal = None
    move(session, act, refund, "succeed", Verb.refund_succeeded, no=refund.no, amount=refund.amount)
    money.post(session, act, order, Entry.refund, refund.no, refund.amount)
    tell_shopper(session, act, NoticeKind.refund_succeeded, amount=refund.amount)


def _fail(session: Session, act: Act, refund: Refund, trouble: str) -> None:
    """Try again with the same number, at most 8 times; then a person must look."""
    refund.failures, refund.trouble = refund.failures + 1, trouble
    move(session, act, refund, "fail", Verb.refund_failed, no=refund.no, trouble=trouble)
    if refund.failures < limits.REFUND_TRIES:
        _send_again(session, act, refund, act.now + timedelta(minutes=2**refund.failures))
        return
    move(session, act, refund, "give_up", Verb.refund_stuck, no=refund.no)
    order = session.get_one(Order, refund.order_id)
    order.abnormal = Abnormal.refund_stuck
    restage(session, order)
    tell_shopper(session, act, NoticeKind.refund_stuck, amount=refund.amount)
    _tell_stuck(session, act, refund)


def _tell_stuck(session: Session, act: Act, refund: Refund) -> None:
    """No admin forgets it: a job tells them every day until it moves."""
    tell_admins(session, act, NoticeKind.refund_stuck, amount=refund.amount)
    key = f"refund_stuck:{refund.no}:{int(act.now.timestamp())}"
    schedule(session, "refund_stuck", key, {"refund": refund.no}, act.now + limits.REFUND_STUCK_EVERY)


def tell_still_stuck(session: Session, no: str, *, now: datetime, cause: str) -> None:
    """A day later a person is still needed."""
    refund, act = _locked(session, no, now, cause)
    if refund.status is RefundStatus.needs_attention:
        _tell_stuck(session, act, refund)


def _send_again(session: Session, act: Act, refund: Refund, at: datetime) -> None:
    key = f"send_refund:{refund.no}:{act.now.timestamp():.3f}"
    schedule(session, "send_refund", key, {"refund": refund.no}, at)


def _query_later(session: Session, refund: Refund, now: datetime) -> None:
    """A sent refund is asked about with the same number until the channel has settled it."""
    key = f"query_refund:{refund.no}:{now.timestamp():.3f}"
    schedule(session, "query_refund", key, {"refund": refund.no}, now + limits.REFUND_QUERY_EVERY)
