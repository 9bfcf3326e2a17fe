"""What every route of ours asks of a request."""

from urllib.parse import urlsplit

from reflex_base.config import get_config
from starlette.requests import Request
from starlette.responses import RedirectResponse

from cardmall import cookies, routes
from cardmall.settings import settings


def same_origin(request: Request) -> bool:
    """A form of ours, not of another site: scheme, host and port are the same. Without Origin and Referer it is no
    browser: no cookie to abuse. What the browser itself calls cross-site is refused, whatever else it sends."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return False
    source = request.headers.get("origin") or request.headers.get("referer")
    return source is None or _origin(source) in _own_origins(request)


def came_from(request: Request) -> str:
    """The path the person was on, home when it was not ours."""
    source = request.headers.get("referer", "")
    if _origin(source) not in _own_origins(request):
        return routes.HOME
    found = urlsplit(source)
    return routes.own_path(found.path + (f"?{found.query}" if found.query else ""))


def session_of(request: Request) -> str:
    """Who asks: the hash of the cookie's session, of nothing without one."""
    return cookies.hash_of(request.cookies.get(cookies.SESSION, ""))


def see(path: str) -> RedirectResponse:
    """Go on with a GET of this path of ours."""
    return RedirectResponse(routes.own_path(path), 303)


def peer_of(request: Request) -> str:
    """The network address that asks, as the nearest untrusted side of our proxies."""
    return request.client.host if request.client else ""


def _own_origins(request: Request) -> set[str]:
    """Of this shop, and of the page where a development server brings it."""
    own = settings.public_url or f"{request.url.scheme}://{request.url.netloc}"
    return {_origin(own), _origin(get_config().deploy_url or "")} - {""}


def _origin(url: str) -> str:
    """scheme://host:port, "" for what is none."""
    try:
        found = urlsplit(url)
        port = found.port or {"http": 80, "https": 443}.get(found.scheme)
    except ValueError:
        return ""
    return f"{found.scheme}://{found.hostname}:{port}" if found.scheme and found.hostname else ""
