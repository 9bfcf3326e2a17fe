"""What every route of ours asks of a request."""

from urllib.parse import urlsplit

from reflex_base.config import get_config
from starlette.requests import Request
from starlette.responses import RedirectResponse

from cardmall import routes

LARGEST = 16_384  # bytes of a body


def same_origin(request: Request) -> bool:
    """A form of ours, not of another site. Without Origin and Referer it is no browser: no cookie to abuse."""
    source = request.headers.get("origin") or request.headers.get("referer")
    return source is None or urlsplit(source).netloc in _own_hosts(request)


def came_from(request: Request) -> str:
    """The path the person was on, home when it was not ours."""
    found = urlsplit(request.headers.get("referer", ""))
    if found.netloc not in _own_hosts(request):
        return routes.HOME
    return routes.own_path(found.path + (f"?{found.query}" if found.query else ""))


def see(path: str) -> RedirectResponse:
    """Go on with a GET of this path of ours."""
    return RedirectResponse(routes.own_path(path), 303)


def _own_hosts(request: Request) -> set[str]:
    """Host and port of this server, and of the page where a development server brings it."""
    return {request.url.netloc, urlsplit(get_config().deploy_url or "").netloc} - {""}
