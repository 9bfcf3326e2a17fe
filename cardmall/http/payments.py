"""The payment callback of the channel, and the sandbox cashier's buttons."""

import asyncio
import logging

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import cookies, routes
from cardmall.adapters import clock
from cardmall.adapters.channels import channel
from cardmall.adapters.db import reading, transaction
from cardmall.adapters.payments import Unverified
from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Refused
from cardmall.http.request import LARGEST, same_origin, see
from cardmall.queries.pay import CashierView, pending_payment
from cardmall.queries.people import actor_of
from cardmall.services.payments import hear_payment
from cardmall.settings import settings

log = logging.getLogger(__name__)
TRIES = 4


async def callback(request: Request) -> Response:
    """POST by the channel: signature, time and nonce hold, else 400 and nothing moves; 200 "success" once applied."""
    said = request.headers.get("content-length", "")
    body = b"" if said.isdigit() and int(said) > LARGEST else await request.body()
    if not 0 < len(body) <= LARGEST:
        return PlainTextResponse("too large", 413)
    return await run_in_threadpool(_hear, dict(request.headers), body)


def _hear(headers: dict[str, str], body: bytes) -> Response:
    try:
        news = channel().read_callback(headers, body)
    except Unverified as doubt:
        log.warning("payment callback refused: %s", doubt)
        return PlainTextResponse("unverified", 400)
    with transaction() as session:
        cause = f"callback:{headers.get('sandbox-nonce', '')}"
        fits = hear_payment(session, news, calendar=work_calendar(), now=clock.now(), cause=cause)
    return PlainTextResponse("success") if fits else PlainTextResponse("does not fit", 400)


async def press(request: Request) -> Response:
    """POST payment, outcome=pay|fail at the sandbox cashier: the sandbox then calls back as a real channel would."""
    if not same_origin(request):
        return PlainTextResponse("origin", 403)
    form = await request.form()
    paid = form.get("outcome") == "pay"
    who = cookies.hash_of(request.cookies.get(cookies.SESSION, ""))
    payment = await run_in_threadpool(_own_payment, who, str(form.get("payment", "")))
    if payment is None or not settings.demo:
        return PlainTextResponse("not found", 404)
    status = await run_in_threadpool(channel().pay, payment.payment_no, payment.channel, payment.amount, succeed=paid)
    if status != "closed":  # a trade closed at the channel takes no money and says nothing more
        await _call_back(request, payment.payment_no, paid)
    return see(routes.order_url(payment.order_no) if paid else routes.checkout_url(payment.order_no))


def _own_payment(who: str, payment_no: str) -> CashierView | None:
    """The payment, if it is of the person's own order: foreign and unknown look the same."""
    with reading() as session:
        try:
            return pending_payment(session, actor_of(session, who, clock.now()), payment_no)
        except Refused:
            return None


async def _call_back(request: Request, payment_no: str, paid: bool) -> None:
    """The sandbox's side: a signed HTTP call to the address every channel is given, repeated until it is heard."""
    url = f"http://127.0.0.1:{request.scope['server'][1]}{routes.CALLBACK}"
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        for attempt in range(TRIES):
            headers, body = await run_in_threadpool(channel().callback, payment_no, succeed=paid)
            try:
                if (await client.post(url, headers=headers, content=body)).is_success:
                    return
            except httpx.HTTPError as trouble:
                log.warning("sandbox callback: %s", trouble)
            await asyncio.sleep(0.5 * 2**attempt)


ROUTES = [
    Route(routes.CALLBACK, callback, methods=["POST"]),
    Route(routes.SANDBOX_PAY, press, methods=["POST"]),
]
