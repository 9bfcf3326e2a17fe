"""Security headers on every answer, and the way back to where the page stands."""

from urllib.parse import urlsplit

from reflex_base.config import get_config
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def guarded(app: ASGIApp) -> ASGIApp:
    """The same app; answers carry the headers unless a route set its own."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if headers.get("location", "").startswith("/"):
                    headers["location"] = _page_origin(Headers(scope=scope)) + headers["location"]
            await send(message)

        await app(scope, receive, send_guarded if scope["type"] == "http" else send)

    return call


def _page_origin(asked: Headers) -> str:
    """Where the page stands when a development server brings it from another port, else ""."""
    page, here = urlsplit(get_config().deploy_url or "").netloc, asked.get("host", "")
    origin = asked.get("origin", "")
    return origin if page and page != here and urlsplit(origin).netloc == page else ""
