"""The payment callback of the channel, and the sandbox cashier's buttons."""

import logging
import time
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import routes
from cardmall.adapters import clock
from cardmall.adapters.budgets import spend
from cardmall.adapters.channels import channel, sandbox
from cardmall.adapters.db import in_transaction, reading, transaction
from cardmall.adapters.payments import Unverified
from cardmall.adapters.world import a_look, our_act
from cardmall.domain.limits import PAID_LATE
from cardmall.domain.terms import PaymentStatus, Refused
from cardmall.http.body import body_of, form_of
from cardmall.http.refusals import too_many_answer
from cardmall.http.request import same_origin, see, session_of
from cardmall.reads.money import payment_call
from cardmall.reads.people import actor_of, require
from cardmall.services.money.news import RefundNews
from cardmall.services.money.payments import PaymentNews, TradeState, hear_payment, look_now
from cardmall.services.money.refunds import hear_callback
from cardmall.views.shopper.pay import CashierView, pending_payment

log = logging.getLogger(__name__)
PRESSES = {"pay": 0, "fail": 0, "pay_late": PAID_LATE.total_seconds()}  # seconds until the money arrives
HEARD_WITHIN = 3.0  # seconds the shopper waits at the cashier for the channel's word


async def callback(request: Request) -> Response:
    """POST by the channel: signature, time and nonce hold, else 400 and nothing moves; 200 "success" once applied."""
    return await run_in_threadpool(_hear, dict(request.headers), await body_of(request))


def _hear(headers: dict[str, str], body: bytes) -> Response:
    try:
        news = channel().read_callback(headers, body)
    except Unverified as doubt:
        log.warning("payment callback refused: %s", doubt)
        return PlainTextResponse("unverified", 400)
    if _apply(news, f"callback:{uuid4().hex}"):
        return PlainTextResponse("success")
    log.warning("payment callback does not fit: %s", news)
    return PlainTextResponse("does not fit", 400)


def _apply(news: PaymentNews | RefundNews, cause: str) -> bool:
    if isinstance(news, RefundNews):
        return in_transaction(lambda session: hear_callback(our_act(session, cause=cause), news))
    return in_transaction(lambda session: hear_payment(our_act(session, cause=cause), news))


async def press_cashier(request: Request) -> Response:
    """POST payment, outcome=pay|fail|pay_late at the cashier: the channel then calls back by itself. 429 too many."""
    if not same_origin(request):
        return PlainTextResponse("origin", 403)
    form = await form_of(request)
    outcome = form.get("outcome", "")
    who = session_of(request)
    try:
        payment = await run_in_threadpool(_own_payment, who, form.get("payment", ""))
    except Refused as refused:
        return too_many_answer(request, refused)
    if payment is None or sandbox() is None or outcome not in PRESSES:
        return PlainTextResponse("not found", 404)
    await run_in_threadpool(_press, payment, outcome)
    return see(routes.checkout_url(payment.order_no) if outcome == "fail" else routes.order_url(payment.order_no))


def _press(payment: CashierView, outcome: str) -> None:
    """The wallet's part; then its shopper is shown the way back once the word is here, or after three seconds. A paid
    one is then looked up at once: nobody who has paid is asked to pay for long because a callback was lost."""
    there = sandbox()
    if there is None:
        return
    there.open(payment.payment_no, payment.channel, payment.amount)
    told = there.press(payment.payment_no, outcome, PRESSES[outcome])
    end = time.monotonic() + HEARD_WITHIN
    while told.state in (TradeState.paid, TradeState.closed) and time.monotonic() < end:
        with reading() as session:
            if payment_call(session, payment.payment_no).status is not PaymentStatus.pending:
                return
        time.sleep(0.05)
    if told.state is not TradeState.closed:  # an answer that did not come may hide either
        with transaction() as session:
            look_now(our_act(session), payment.payment_no)


def _own_payment(who: str, payment_no: str) -> CashierView | None:
    """The payment, if it is of the person's own order: foreign and unknown look the same. Refused: too_many_tries."""
    with reading() as session:
        actor = actor_of(session, who, clock.now())
        try:
            payment = pending_payment(a_look(session, actor), payment_no)
        except Refused:
            return None
    spend(require(actor), press_cashier.__name__)
    return payment


ROUTES = [
    Route(routes.CALLBACK, callback, methods=["POST"]),
    Route(routes.SANDBOX_PAY, press_cashier, methods=["POST"]),
]
