"""One guard around every request: how long, how fast, how many at once. Routes take bodies from here, nobody reads one.

A route declares a larger limit in LIMITS; everything else may send LARGEST bytes.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardmall import routes
from cardmall.adapters.attempts import client_key
from cardmall.domain import limits
from cardmall.domain.typed import storable

LARGEST = limits.BODY_BYTES
UPLOAD = limits.PICTURE_BYTES + LARGEST  # the file and what a form puts around it
NOT_A_FORM = (MultiPartException, LookupError, UnicodeError)  # the last two: of a charset that is none
HEARD_OUT = 16 * UPLOAD  # of a larger upload, thrown away so that its sender hears why
_FIELDS = re.compile(r"\{\w+\}")
LIMITS = {
    re.compile(_FIELDS.sub("[^/]+", route)): room
    for route, room in (
        (routes.PICTURES, HEARD_OUT),
        (routes.GOODS_PICTURES, HEARD_OUT),
        (routes.LISTS, 2 * limits.LIST_BYTES),
        (routes.PASTED_LISTS, 2 * limits.LIST_BYTES),
    )
}

_open: Counter[str] = Counter()  # requests under way, by client


def bounded(app: ASGIApp) -> ASGIApp:
    """The same app behind the guard.

    404 a NUL in the address, 408 too slow, 413 too much, 414 too long an address, 429 too many at once.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        refused = _refusal(scope)
        if refused:
            return await refused(scope, receive, send)
        client = client_key((scope.get("client") or ("",))[0])
        if _open[client] >= limits.REQUESTS_AT_ONCE:
            return await PlainTextResponse("too many requests at once", 429)(scope, receive, send)
        _open[client] += 1
        try:
            await app(scope, _Counted(receive, limit_of(scope["path"])), send)
        finally:
            _open[client] -= 1
            if not _open[client]:
                del _open[client]

    return call


def limit_of(path: str) -> int:
    """Bytes a request for this path may bring."""
    return next((limit for pattern, limit in LIMITS.items() if pattern.fullmatch(path)), LARGEST)


def _refusal(scope: Scope) -> PlainTextResponse | None:
    """What can be said before a byte of the body was read."""
    if too_long_address(scope):
        return PlainTextResponse("address too long", 414)
    if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
        return PlainTextResponse("not found", 404)
    told = dict(scope["headers"]).get(b"content-length", b"")
    if told.isdigit() and int(told) > limit_of(scope["path"]):
        return PlainTextResponse("too large", 413, headers={"Connection": "close"})
    return None


def too_long_address(scope: Scope) -> bool:
    path, query = scope.get("raw_path") or scope["path"].encode(), scope.get("query_string", b"")
    return len(path) > limits.PATH_LENGTH or len(query) > limits.QUERY_LENGTH


class _Counted:
    """The request's `receive`, with a counter and a clock: BODY_SECONDS, and more for what came fast enough."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._seen = receive, limit, 0
        self._begun: float | None = None  # when the route first asked
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()  # waits for the end of the connection
        if self._begun is None:
            self._begun = time.monotonic()
        rest = limits.BODY_SECONDS + self._seen / limits.UPLOAD_RATE - (time.monotonic() - self._begun)
        try:
            if rest <= 0:
                raise TimeoutError
            async with asyncio.timeout(rest):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "too slow", headers={"Connection": "close"}) from None
        self._seen += len(message.get("body", b""))
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        if self._seen > self._limit:
            raise HTTPException(413, "too large", headers={"Connection": "close"})
        return message


async def body_of(request: Request) -> bytes:
    """The whole body, at most what the route declared."""
    return await request.body()


async def form_of(request: Request) -> dict[str, str]:
    """Text fields, at most 12; files are left out."""
    try:
        async with request.form(max_files=0, max_fields=12) as typed:
            return storable({name: value for name, value in typed.items() if isinstance(value, str)})
    except NOT_A_FORM:
        raise HTTPException(400, "not a form") from None


class _InMemory(MultiPartParser):
    """Never writes what it reads to a disk."""

    spool_max_size = max(UPLOAD, limits.LIST_BYTES + LARGEST)


async def upload_of(request: Request, room: int = UPLOAD) -> FormData:
    """A form with one file and nothing else, `room` bytes at most. Raises HTTPException 413 and NOT_A_FORM."""
    return await _InMemory(request.headers, _at_most(request, room), max_files=1, max_fields=0).parse()


async def _at_most(request: Request, room: int) -> AsyncGenerator[bytes]:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > room:
            raise HTTPException(413, "too large")
        yield chunk


async def hear_out(request: Request) -> None:
    """Throw the rest away: a client still sending would not hear the answer. The guard ends what takes too long."""
    with suppress(TimeoutError, ClientDisconnect, RuntimeError, HTTPException):  # RuntimeError: read to its end
        async with asyncio.timeout(limits.HEARD_OUT_SECONDS):
            async for _ in request.stream():
                pass
