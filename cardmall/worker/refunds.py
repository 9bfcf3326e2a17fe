"""Jobs of refunds: sent with their own number, and asked about."""

from datetime import timedelta
from typing import Any

from cardmall.adapters import clock, db
from cardmall.adapters.channels import channel
from cardmall.adapters.jobs import Again, handler
from cardmall.adapters.vault import vault
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.jobs import QueryRefund, RefundStuck, RefundUnanswered, SendRefund
from cardmall.domain.refunding import Hindrance, ask_after
from cardmall.domain.terms import RefundStatus
from cardmall.reads.money import RefundCall, refund_call
from cardmall.services.act import Act
from cardmall.services.money import refunds
from cardmall.services.money.news import RefundAnswer, RefundNews


def _call(task: QueryRefund) -> RefundCall:
    with db.reading() as session:
        return refund_call(session, task.no)


def _send(task: SendRefund) -> RefundNews | None:
    """Written down as sent, then sent with its own number. None: not to be sent any more."""
    call = db.in_transaction(lambda session: refunds.set_out(our_act(session, cause=task.key), task.no))
    if isinstance(call, timedelta):
        raise Again(call.total_seconds())
    if call is None:
        return None
    if doubt := next(filter(None, map(_doubt, call.before)), None):
        return doubt
    destination = vault().open_destination(call.no, call.destination) if call.destination else ""
    return channel().refund(call.no, call.payment_no, call.amount, destination)


def _doubt(predecessor: str) -> RefundNews | None:
    """Money that was redirected must not arrive twice: the channel says first that the old number came to nothing."""
    answer = channel().query_refund(predecessor).answer
    if answer in (RefundAnswer.failed, RefundAnswer.missing):
        return None
    if answer is RefundAnswer.succeeded:
        trouble = f"PREDECESSOR_ARRIVED:{predecessor}"
        return RefundNews(RefundAnswer.failed, trouble=trouble, hindrance=Hindrance.arrived, before=predecessor)
    raise Again(limits.REFUND_ASKED[0][1].total_seconds())


@handler(SendRefund, act=_send)
def send_refund(act: Act, task: SendRefund, news: RefundNews | None) -> None:
    if news:
        refunds.hear_answer(act, task.no, news)


def _query(task: QueryRefund) -> tuple[RefundCall, RefundNews] | None:
    """Ask with the refund's own number, never while it is being sent; the same answer as before is no news.

    None: nothing is left to ask.
    """
    call, now = _call(task), clock.now()
    if not call.is_open:
        return None
    if call.sending:
        raise Again(ask_after(timedelta()).total_seconds())
    news = channel().query_refund(call.no)
    known = news.answer is RefundAnswer.processing and call.status is RefundStatus.processing
    if known or (news.answer is RefundAnswer.unknown and not news.unlisted):
        raise Again(ask_after(now - (call.sent_at or now)).total_seconds())
    return call, news


@handler(QueryRefund, act=_query)
def query_refund(act: Act, task: QueryRefund, heard: tuple[RefundCall, RefundNews] | None) -> timedelta | None:
    return refunds.hear_query(act, *heard) if heard else None


@handler(RefundUnanswered)
def refund_unanswered(act: Act, task: RefundUnanswered, _: Any) -> None:
    refunds.tell_unanswered(act, task.no)


@handler(RefundStuck)
def refund_stuck(act: Act, task: RefundStuck, _: Any) -> None:
    refunds.tell_still_stuck(act, task.no)
