"""Job handlers: act outside any transaction, apply in one. Each re-decides before it acts (R79)."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cardmall.adapters import (
    clock,
    db,
    housekeeping,  # noqa: F401 - read for its handlers
    jobs,
    reindex,  # noqa: F401 - read for its handlers
    workdays,
)
from cardmall.adapters.channels import channel
from cardmall.adapters.jobs import Again, handler, periodic
from cardmall.adapters.vault import vault
from cardmall.adapters.world import an_act
from cardmall.domain import limits
from cardmall.domain.refunding import Hindrance, ask_after
from cardmall.domain.terms import PaymentStatus, RefundStatus
from cardmall.models import Case, Job, Order
from cardmall.reads.doors import case_for, locked_order
from cardmall.reads.money import PaymentCall, RefundCall, payment_call, refund_call, unheard_payments
from cardmall.reads.statements import days_to_check
from cardmall.services.act import Act
from cardmall.services.case import appeals, cases, deadlines, pictures
from cardmall.services.money import money, payments, refunds, statements
from cardmall.services.money.payments import StatementLine, TradeNews, TradeState
from cardmall.services.money.refunds import Answer, RefundNews
from cardmall.services.money.statements import Day
from cardmall.services.order import delivery, orders
from cardmall.services.shop import shops
from cardmall.services.transfer import transfers


def _order(act: Act, job: Job) -> Order:
    return locked_order(act.session, job.args["order"])


def _last_looks(job: Job) -> dict[str, TradeNews]:
    """Before an order is closed for want of money, the channel says how its open payments stand."""
    with db.reading() as session:
        numbers = unheard_payments(session, job.args["order"], clock.now())
    return {no: channel().query_payment(no) for no in numbers}


@handler("expire_order", act=_last_looks)
def expire_order(act: Act, job: Job, told: dict[str, TradeNews]) -> timedelta | None:
    order = _order(act, job)
    for no, news in told.items():
        payments.hear_trade(act, no, news)
    return orders.expire_order(act, order)


@handler("deliver")
def deliver(act: Act, job: Job, _: Any) -> None:
    delivery.deliver_order(act, _order(act, job))


@handler("complete")
def complete(act: Act, job: Job, _: Any) -> timedelta | None:
    return orders.complete_by_time(act, _order(act, job))


@handler("settle")
def settle(act: Act, job: Job, _: Any) -> None:
    order = _order(act, job)
    if not money.settle_with_shop(act.on(order=order), order):
        raise Again(limits.SETTLE_AGAIN.total_seconds())


@handler("end_hold")
def end_hold(act: Act, job: Job, _: Any) -> None:
    cases.end_hold(act, _order(act, job))


def _case(act: Act, job: Job) -> tuple[Case, Order]:
    return case_for(act, job.args["case"], lock=True)


@handler("case_deadline")
def case_deadline(act: Act, job: Job, _: Any) -> None:
    found = _case(act, job)
    deadlines.meet_deadline(act, *found)


@handler("end_grace")
def end_grace(act: Act, job: Job, _: Any) -> None:
    found = _case(act, job)
    deadlines.end_grace(act, *found)


@handler("deadline_near")
def deadline_near(act: Act, job: Job, _: Any) -> None:
    meant = datetime.fromisoformat(job.args["deadline"])
    told = {"deadline": meant, "hours": job.args["hours"]}
    deadlines.tell_deadline_near(act, *_case(act, job), **told)


@handler("transfer_deadline")
def transfer_deadline(act: Act, job: Job, _: Any) -> None:
    transfers.meet_deadline(act, job.args["transfer"])


@handler("end_transfer")
def end_transfer(act: Act, job: Job, _: Any) -> None:
    transfers.end_for_account(act, job.args["transfer"])


@handler("drop_picture")
def drop_picture(act: Act, job: Job, _: Any) -> None:
    pictures.drop_unsent(act.session, job.args["picture"])


@handler("ruling_late")
def ruling_late(act: Act, job: Job, _: Any) -> None:
    case, order = _case(act, job)
    appeals.tell_ruling_late(act.on(order=order, case=case), case, order)


@handler("visit_shop")
def visit_shop(act: Act, job: Job, _: Any) -> None:
    since = datetime.fromisoformat(job.args["since"])
    shops.visit_shop(act, job.args["shop"], after=job.args["after"], since=since)


@handler("follow_shop")
def follow_shop(act: Act, job: Job, _: Any) -> None:
    shops.follow_shop(act, _order(act, job))


def _payment(job: Job) -> PaymentCall:
    with db.reading() as session:
        return payment_call(session, job.args["payment"])


def _look_up(job: Job) -> TradeNews | None:
    """Whether a payment was paid, so that a lost callback loses nothing; one not known yet is opened. None: it was."""
    call = _payment(job)
    if call.status is PaymentStatus.captured:
        return None
    news = channel().query_payment(call.no)
    if news.state is TradeState.missing and call.status is PaymentStatus.pending:
        return channel().open(call.no, call.source, call.amount)
    return news


@handler("query_payment", act=_look_up)
def query_payment(act: Act, job: Job, news: TradeNews | None) -> timedelta | None:
    return payments.hear_trade(act, job.args["payment"], news) if news else None


def _close(job: Job) -> TradeNews:
    return channel().close(job.args["payment"])


@handler("close_payment", act=_close)
def close_payment(act: Act, job: Job, news: TradeNews) -> timedelta | None:
    """The channel takes no more money; ours was closed when the order was. Money that was faster goes back."""
    return payments.hear_trade(act, job.args["payment"], news)


def _call(job: Job) -> RefundCall:
    with db.reading() as session:
        return refund_call(session, job.args["refund"])


def _send(job: Job) -> RefundNews | None:
    """Written down as sent, then sent with its own number. None: not to be sent any more."""
    with db.transaction() as session:
        call = refunds.set_out(an_act(session, cause=job.key), job.args["refund"])
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
    if answer in (Answer.failed, Answer.missing):
        return None
    if answer is Answer.succeeded:
        trouble = f"PREDECESSOR_ARRIVED:{predecessor}"
        return RefundNews(Answer.failed, trouble=trouble, hindrance=Hindrance.arrived, before=predecessor)
    raise Again(limits.REFUND_ASKED[0][1].total_seconds())


@handler("send_refund", act=_send)
def send_refund(act: Act, job: Job, news: RefundNews | None) -> None:
    if news:
        refunds.hear_answer(act, job.args["refund"], news)


def _query(job: Job) -> tuple[RefundCall, RefundNews] | None:
    """Ask with the refund's own number, never while it is being sent; the same answer as before is no news.

    None: nothing is left to ask.
    """
    call, now = _call(job), clock.now()
    if not call.is_open:
        return None
    if call.sending:
        raise Again(ask_after(timedelta()).total_seconds())
    news = channel().query_refund(call.no)
    known = news.answer is Answer.processing and call.status is RefundStatus.processing
    if known or (news.answer is Answer.unknown and not news.unlisted):
        raise Again(ask_after(now - (call.sent_at or now)).total_seconds())
    return call, news


@handler("query_refund", act=_query)
def query_refund(act: Act, job: Job, heard: tuple[RefundCall, RefundNews] | None) -> timedelta | None:
    return refunds.hear_query(act, *heard) if heard else None


@handler("refund_unanswered")
def refund_unanswered(act: Act, job: Job, _: Any) -> None:
    refunds.tell_unanswered(act, job.args["refund"])


@handler("refund_stuck")
def refund_stuck(act: Act, job: Job, _: Any) -> None:
    refunds.tell_still_stuck(act, job.args["refund"])


def _statements(job: Job) -> list[Day]:
    """Every day that is over and not checked; a statement that cannot be trusted is asked for again later."""
    with db.reading() as session:
        days = days_to_check(session, clock.now())
    told = {day: _statement(day) for day in sorted({d - timedelta(days=n) for d in days for n in (0, 1)})}
    return [Day(day, told[day], told[day - timedelta(days=1)]) for day in days]


def _statement(day: date) -> Sequence[StatementLine]:
    """The first that cannot be trusted ends the round: a silent channel is not waited for once a day."""
    lines = channel().statement(day)
    if lines is None:
        raise Again(limits.STATEMENT_AGAIN.total_seconds())
    return lines


@periodic("check_statement", timedelta(days=1), act=_statements)
def check_statement(act: Act, job: Job, days: list[Day]) -> None:
    for day in days:
        statements.check_day(act, day)


@handler("close_mismatches")
def close_mismatches(act: Act, job: Job, _: Any) -> None:
    statements.close_what_agrees(act)


def take_up() -> None:
    """The clock and the working days as they are now, whoever set them."""
    with db.reading() as session:
        clock.load(session)
        workdays.load(session)


@contextlib.asynccontextmanager
async def job_workers(threads: int) -> AsyncIterator[None]:
    """Run jobs in `threads` threads while the block lasts; what is in flight may finish."""
    stop = threading.Event()
    running = [threading.Thread(target=jobs.work, args=(stop, take_up), daemon=True) for _ in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        jobs.wake.set()
        await asyncio.to_thread(lambda: [thread.join(10) for thread in running])
