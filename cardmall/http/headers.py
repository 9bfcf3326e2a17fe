"""Headers of every answer, pages and preflights included, and Location headers that never leave the shop."""

import gzip
import re
import zlib
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import brotli
from reflex_base.config import get_config
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardmall import routes
from cardmall.settings import USUAL_PORT, settings

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
_HSTS = "max-age=31536000"
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
_SCRIPT = re.compile(rb"<script((?:\s[^>]*)?)>(.*?)</script>", re.DOTALL)
_IMMUTABLE = "public, max-age=31536000, immutable"
_KEPT = 500
_scripts: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()  # (path, ETag) → hashes of inline scripts


def with_headers(app: ASGIApp) -> ASGIApp:
    """The same app; answers carry the headers unless a route set its own. 421 for a foreign Host (not in a demo)."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        out = _Dressed(scope, send)
        if _is_foreign(scope):
            return await PlainTextResponse("unknown host", 421)(scope, receive, out)
        await app(scope, receive, out)

    return call


def _is_foreign(scope: Scope) -> bool:
    """Not the host people know the shop by. Health is asked by machines, by address."""
    if not settings.public_url or scope["path"] in (routes.LIVE, routes.READY):
        return False
    own = urlsplit(settings.public_url)
    return Headers(scope=scope).get("host", "").lower() not in (own.netloc, own.netloc + USUAL_PORT[own.scheme])


class _Dressed:
    """A `send` that adds the headers. A page is held back until its inline scripts are known to its policy."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._held: Message | None = None
        self._page: list[Message] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            dress(headers, self._scope)
            if "content-security-policy" not in headers and message["status"] != 304:
                if headers.get("content-type", "").startswith("text/html"):
                    known = _scripts.get((self._scope["path"], headers.get("etag", "")))
                    if known is None:
                        self._held = message
                        return
                    headers["content-security-policy"] = content_policy(known, self._scope)
                else:
                    headers["content-security-policy"] = _NOTHING
        elif self._held is not None:
            return await self._collect(message)
        await self._send(message)

    async def _collect(self, message: Message) -> None:
        self._page.append(message)
        if message["type"] == "http.response.body" and message.get("more_body", False):
            return
        start, self._held = self._held, None
        if start is None:
            return
        headers = MutableHeaders(scope=start)
        scripts = scripts_of(b"".join(map(_bytes, self._page)), headers, self._scope["path"])
        headers["content-security-policy"] = content_policy(scripts, self._scope)
        for one in (start, *self._page):
            await self._send(one)


def dress(headers: MutableHeaders, scope: Scope) -> None:
    """Everything but the policy of a page."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if not settings.demo and scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", _HSTS)
    if headers.get("content-type", "").startswith("text/html"):
        headers.setdefault("Cache-Control", "no-cache")
    elif scope["path"].startswith("/assets/") and headers.get("content-type"):
        is_text = headers["content-type"].startswith("text/plain")  # "Not Found"
        headers.setdefault("Cache-Control", "no-cache" if is_text else _IMMUTABLE)
    if "location" in headers:
        headers["location"] = _page_origin(Headers(scope=scope)) + kept_location(headers["location"])


def kept_location(location: str) -> str:
    """Path and query of a redirect: the browser stays at the host, and with the scheme, it knows us by."""
    found = urlsplit(location)
    path = "/" + found.path.lstrip("/\\")
    return path + (f"?{found.query}" if found.query else "") + (f"#{found.fragment}" if found.fragment else "")


def _bytes(part: Message) -> bytes:
    """Of a page; the server sends files by their path."""
    return Path(part["path"]).read_bytes() if part["type"] == "http.response.pathsend" else part.get("body", b"")


def scripts_of(body: bytes, headers: Headers | MutableHeaders, path: str) -> tuple[str, ...]:
    """The hash of each script that stands in the page; kept by its path and ETag.

    The ETag alone does not name a page: it is made of a file's time and size, which two pages may share.
    """
    found = inline_scripts(_plain(body, headers))
    if tag := headers.get("etag", ""):
        _scripts[path, tag] = found
        if len(_scripts) > _KEPT:
            _scripts.popitem(last=False)
    return found


def inline_scripts(body: bytes) -> tuple[str, ...]:
    """The hash of each script that stands in this HTML."""
    inline = [found[2] for found in _SCRIPT.finditer(body) if b"src=" not in found[1]]
    return tuple(dict.fromkeys(f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in inline))


def content_policy(scripts: Iterable[str], scope: Scope) -> str:
    """A page's Content-Security-Policy."""
    host = Headers(scope=scope).get("host", "")
    sockets = f"ws://{host} wss://{host}" if settings.demo else f"wss://{urlsplit(settings.public_url).netloc}"
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(("'self'", *scripts)),
        "style-src": "'self' 'unsafe-inline'",  # Emotion and the toasts write style elements
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {sockets if re.fullmatch(r'[A-Za-z0-9.:-]*', host) else ''}".strip(),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _plain(body: bytes, headers: Headers | MutableHeaders) -> bytes:
    try:
        return _UNPACK.get(headers.get("content-encoding", ""), bytes)(body)
    except (OSError, EOFError, zlib.error, brotli.error):
        return b""


_UNPACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}


def _page_origin(asked: Headers) -> str:
    """Where the page stands when a development server brings it from another port, else ""."""
    page, here = urlsplit(get_config().deploy_url or "").netloc, asked.get("host", "")
    origin = asked.get("origin", "")
    return origin if page and page != here and urlsplit(origin).netloc == page else ""
