"""The answer at an address nothing has: drawn like any other page, with status 404."""

import logging
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardmall import cookies, locales
from cardmall.ssr.answers import Pages, answer
from cardmall.ssr.first import first_of
from cardmall.ssr.renderer import Undrawn

log = logging.getLogger(__name__)
NOWHERE = "/-/-"  # drawn once for all addresses that nothing has


def drawn_where_nothing_is(pages: Pages) -> Callable[[ASGIApp], ASGIApp]:
    """A transformer of the application; what it answers stays, but for the page of a missing file."""

    def around(inner: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not _is_read(scope):
                return await inner(scope, receive, send)
            held = _Held(send)
            await inner(scope, receive, held)
            if held.start is not None:
                await _drawn(scope, receive, send, held, pages)

        return call

    return around


def _is_read(scope: Scope) -> bool:
    """Not in place of a script or a picture; a browser that opens an address says that it reads HTML."""
    looks_like_a_file = "." in scope["path"].rpartition("/")[2]
    return not looks_like_a_file or "text/html" in Headers(scope=scope).get("accept", "")


class _Held:
    """A `send` that keeps a page of a missing file back; ours come with their policy."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.start: Message | None = None
        self._rest: list[Message] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 404:
            headers = Headers(raw=message["headers"])
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page and "content-security-policy" not in headers:
                self.start = message
                return
        if self.start is None:
            await self._send(message)
        else:
            self._rest.append(message)

    async def let_go(self) -> None:
        """Send what was kept back."""
        for message in (self.start, *self._rest):
            if message is not None:
                await self._send(message)


async def _drawn(scope: Scope, receive: Receive, send: Send, held: _Held, pages: Pages) -> None:
    request = Request(scope)
    locale = locales.known(cookies.value(request.headers.get("cookie", ""), cookies.LOCALE))
    try:
        page = await pages.page(NOWHERE, await first_of(NOWHERE, {}, locale), locale)
    except (Undrawn, OSError) as problem:  # TimeoutError is an OSError
        log.warning("a page that is not there goes out as it was built: %s", problem)
        await held.let_go()
        return
    await answer(request, page, 404)(scope, receive, send)
