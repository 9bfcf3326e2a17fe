"""The life of a refund after it was intended: what the channel answered, applied once (R57-R59, R81)."""

from datetime import datetime, timedelta

from cardmall.domain import limits
from cardmall.domain.jobs import JobKind
from cardmall.domain.ledger import LedgerEntry
from cardmall.domain.refunding import (
    Hindrance,
    ask_after,
    hindrance_of,
    missing_again_in,
    resend_after,
    send_in,
    stuck_by,
)
from cardmall.domain.rules.refunds import RefundAct, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import Abnormal, RefundStatus
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Order, Payment, Refund
from cardmall.reads.doors import locked_refund
from cardmall.reads.money import RefundCall, refund_call, sending_of
from cardmall.reads.refunds import arrived_before, refund_facts
from cardmall.services.act import Act, move, other_jobs
from cardmall.services.ending import restage
from cardmall.services.money import money
from cardmall.services.money.asking import NEEDING, ask_at, ask_now, clear_abnormal, remind_at, send_at, watch
from cardmall.services.money.news import RefundAnswer, RefundNews
from cardmall.services.money.returns import doubt_stated, hear_arrival, hear_predecessor, hear_return
from cardmall.services.talk.notify import tell_admins, tell_shopper


def set_out(act: Act, no: str) -> RefundCall | timedelta | None:
    """What the channel shall be told now, or how long it may not be called yet; None: nothing is to be sent.

    Called and committed before the channel is: from here on the refund counts as sent, so that whatever happens to
    the call, the same number is asked about, and no other refund of the payment leaves too soon.
    """
    refund, act = _locked(act, no)
    arrived = arrived_before(act.session, refund) is not None
    if refund.status in (RefundStatus.requested, RefundStatus.failed):
        facts = sending_of(act.session, refund, act.session.get_one(Payment, refund.payment_id))
        wait = send_in(facts, act.now)
        if wait > timedelta():
            return wait
        if hindrance := Hindrance.arrived if arrived else hindrance_of(facts, act.now):
            give_up(act, refund, hindrance)
        else:
            _leave(act, refund)
    if refund.status is not RefundStatus.sent or arrived:
        return None
    refund.sends += 1
    return refund_call(act.session, no)


def hear_answer(act: Act, no: str, news: RefundNews, *, asked: bool = False) -> None:
    """Move a refund as the channel says; one already settled hears nothing more.

    `asked`: it is the answer to a question about the number, which alone proves a failure.
    """
    refund, act = _locked(act, no)
    _apply(act, refund, news, asked=asked)


def _apply(act: Act, refund: Refund, news: RefundNews, *, asked: bool) -> None:
    refund.trace_no = news.trace_no or refund.trace_no
    if news.unlisted:
        refund.unlisted, refund.trouble = refund.unlisted + 1, news.trouble
    if refund.status is RefundStatus.needs_attention and asked:
        return _prove(act, refund, news)
    if refund.status is RefundStatus.succeeded and asked:
        return _hear_doubted(act, refund, news)
    if news.answer is RefundAnswer.succeeded:
        hear_arrival(act, refund, news.settled_at or act.now)
    if refund.status not in (RefundStatus.sent, RefundStatus.processing):
        return
    if news.answer is RefundAnswer.succeeded:
        _succeed(act, refund, news.settled_at or act.now)
    elif news.answer is RefundAnswer.failed:
        refund.failed_at = act.now if asked else None
        _fail(act, refund, news)
    elif news.answer is RefundAnswer.missing and refund.status is RefundStatus.sent:
        _send_again(act, refund)
    else:
        _wait(act, refund, news)


def hear_query(act: Act, call: RefundCall, news: RefundNews) -> timedelta | None:
    """Apply the answer to a question put when the refund stood as `call` says; or how long until it is put again.

    An answer from before a later call to send it, or from during one, says nothing of what that call brings about.
    """
    refund, act = _locked(act, call.no)
    if refund.sends != call.sends or other_jobs(act, JobKind.send_refund, call.no):
        return ask_after(timedelta())
    _apply(act, refund, news, asked=True)
    return None


def _prove(act: Act, refund: Refund, news: RefundNews) -> None:
    """Given up: what does the channel say of the number? Only a failure, or twice no such number, frees its money."""
    wait = None
    if news.answer is RefundAnswer.succeeded:
        _send_stuck(act, act.session.get_one(Order, refund.order_id), refund)
        _succeed(act, refund, news.settled_at or act.now)
    elif news.answer is RefundAnswer.failed:
        refund.failed_at = act.now
    elif news.answer is RefundAnswer.missing:
        wait = missing_again_in(refund.missing_at, act.now)
        refund.missing_at = refund.missing_at or act.now
        refund.burnt_at = None if wait else act.now
    else:
        if news.answer is RefundAnswer.processing:
            refund.missing_at = None  # the channel has the number: the two must follow one another
        wait = ask_after(act.now - (refund.sent_at or act.now))
    if wait:
        ask_at(act, refund, act.now + wait)


def _hear_doubted(act: Act, refund: Refund, news: RefundNews) -> None:
    """Arrived, and a failure heard since: only a yes or a no to the question is an answer."""
    if news.answer in (RefundAnswer.succeeded, RefundAnswer.failed):
        hear_return(act, refund, failed=news.answer is RefundAnswer.failed, trouble=news.trouble)
    elif refund.doubted_at and not other_jobs(act, JobKind.query_refund, refund.no):
        ask_at(act, refund, act.now + ask_after(act.now - refund.doubted_at))


def hear_callback(act: Act, news: RefundNews) -> bool:
    """Apply what the channel said unasked; False when it does not fit (unknown number, wrong amount).

    A failure may have been overtaken by a later success: it is only a reason to ask at once. A success is true even of
    a refund that was given up: it had been sent all the same.
    """
    found = locked_refund(act.session, news.refund_no)
    if found is None or found[0].amount != news.amount:
        return False
    refund, act = found[0], act.on(order=found[1])
    if news.answer is RefundAnswer.succeeded:
        if refund.status is RefundStatus.needs_attention:
            _send_stuck(act, found[1], refund)
        _apply(act, refund, news, asked=False)
        return True
    if refund.status is RefundStatus.succeeded and refund.returned_at is None:
        refund.doubted_at = act.now
        act.session.add(refund)
    ask_now(act, refund)
    return True


def give_up(act: Act, refund: Refund, hindrance: Hindrance) -> None:
    """A person must look: it stays a visible debt, the order never opens again for it."""
    refund.hindrance = hindrance
    told = {"no": refund.no, "hindrance": stuck_by(hindrance).value}
    move(act, refund, "give_up", Verb.refund_stuck, **told)
    order = act.session.get_one(Order, refund.order_id)
    order.abnormal = Abnormal.refund_stuck
    restage(act.session, order)
    tell_shopper(act, NoticeKind.refund_stuck, amount=refund.amount, refund=refund.no)
    _tell_stuck(act, refund)
    if refund.sent_at and refund.failed_at is None:
        ask_now(act, refund)


def tell_unanswered(act: Act, no: str) -> None:
    """Sent a day ago, and the channel has not given an answer that can be trusted: the admins are told every day."""
    refund, act = _locked(act, no)
    if refund.status is RefundStatus.sent and act.now - (refund.sent_at or act.now) >= limits.REFUND_UNANSWERED:
        tell_admins(act, NoticeKind.refund_unanswered, amount=refund.amount, refund=refund.no)
        watch(act, refund)


def tell_still_stuck(act: Act, no: str) -> None:
    """A day later a person is still needed."""
    refund, act = _locked(act, no)
    if refund.status in NEEDING:
        _tell_stuck(act, refund)


def send_stuck(act: Act, order: Order, refund: Refund) -> None:
    """An admin lets it be sent once more with its own number. Refused: the number is burnt, or its money arrived."""
    turn = may(RefundAct.resend, standing(act.who), refund_facts(refund), act.now)
    if not turn.is_open:
        raise turn.refusal(refund.status)
    _send_stuck(act, order, refund)


def _send_stuck(act: Act, order: Order, refund: Refund) -> None:
    """Tries are counted anew, and what the channel said of the number before proves nothing any more."""
    refund.failures, refund.sent_at = 0, act.now
    refund.failed_at = refund.missing_at = refund.burnt_at = None
    move(act, refund, "send", Verb.refund_sent, no=refund.no, amount=refund.amount)
    clear_abnormal(act.session, order)
    send_at(act, refund, act.now)
    watch(act, refund)


def _locked(act: Act, no: str) -> tuple[Refund, Act]:
    """The refund under the locks of its order and its payment, and the act about that order."""
    found = locked_refund(act.session, no)
    if found is None:
        raise LookupError(f"no refund {no}")
    return found[0], act.on(order=found[1])


def _leave(act: Act, refund: Refund) -> None:
    first, refund.sent_at = refund.sent_at is None, act.now
    refund.expected_at = money.arrives_at(act.session, refund, act.now, act.world.calendar)
    move(act, refund, "send", Verb.refund_sent, no=refund.no, amount=refund.amount)
    refund.failed_at = refund.missing_at = None
    if first:
        tell_shopper(act, NoticeKind.refund_sent, amount=refund.amount, refund=refund.no)
    watch(act, refund)


def _wait(act: Act, refund: Refund, news: RefundNews) -> None:
    """The channel has it, or may have it: asked about with the same number, ever more seldom."""
    if news.answer is RefundAnswer.processing:
        refund.expected_at = news.expected_at or refund.expected_at
        if refund.status is RefundStatus.sent:
            move(act, refund, "accept", Verb.refund_processing, no=refund.no, trace_no=refund.trace_no)
    if not other_jobs(act, JobKind.query_refund, refund.no):
        ask_at(act, refund, act.now + ask_after(act.now - (refund.sent_at or act.now)))


def _succeed(act: Act, refund: Refund, at: datetime) -> None:
    order = act.session.get_one(Order, refund.order_id)
    refund.succeeded_at, refund.hindrance = min(at, act.now), None
    refund.destination = ""  # the account itself is needed no more; its tail stays
    move(act, refund, "succeed", Verb.refund_succeeded, no=refund.no, amount=refund.amount)
    clear_abnormal(act.session, order)
    money.post(act, order, LedgerEntry.refund, refund.no, refund.amount)
    tell_shopper(act, NoticeKind.refund_succeeded, amount=refund.amount, refund=refund.no)
    doubt_stated(act, refund)


def _fail(act: Act, refund: Refund, news: RefundNews) -> None:
    """Sent again with the same number when that may help, at most 8 times; else a person must look."""
    if news.before:
        hear_predecessor(act, refund, news.before)
    hindrance = Hindrance.arrived if arrived_before(act.session, refund) else _own_hindrance(news)
    before, refund.hindrance = refund.hindrance, hindrance
    refund.failures, refund.trouble = refund.failures + 1, news.trouble
    told = {"no": refund.no, "trouble": news.trouble, "hindrance": hindrance.value}
    move(act, refund, "fail", Verb.refund_failed, **told)
    wait = resend_after(hindrance, refund.failures)
    if wait is None:
        return give_up(act, refund, hindrance)
    send_at(act, refund, act.now + wait)
    if news.hindrance is Hindrance.balance_low and before is not Hindrance.balance_low:
        tell_admins(act, NoticeKind.refund_balance_low, amount=refund.amount, refund=refund.no)
    return None


def _own_hindrance(news: RefundNews) -> Hindrance:
    """Why it failed; `busy`, to be tried again, where only an earlier number was asked about."""
    return Hindrance.busy if news.before else news.hindrance


def _send_again(act: Act, refund: Refund) -> None:
    """The channel knows no such number: it is sent once more, or given up when its money arrived before."""
    if arrived_before(act.session, refund):
        _fail(act, refund, RefundNews(RefundAnswer.failed))
    else:
        send_at(act, refund, act.now)  # what was accepted once is not sent again: it is asked about


def _tell_stuck(act: Act, refund: Refund) -> None:
    tell_admins(act, NoticeKind.refund_stuck, amount=refund.amount, refund=refund.no)
    remind_at(act, refund)
