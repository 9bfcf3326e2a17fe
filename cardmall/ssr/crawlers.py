"""robots.txt and sitemap.xml: what search engines may look at, and what is on sale."""

import time
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import routes
from cardmall.domain.terms import Category, Refused
from cardmall.reads.look import Look
from cardmall.ssr.head import origin
from cardmall.states.threads import read_as
from cardmall.views.public.home import slugs_on_sale

_OF_ONE = (routes.CHECKOUT, routes.PAY, routes.CASE, routes.TRANSFER, routes.REFUND, routes.SUPPORT, routes.PICTURE)
PERSONAL = (
    routes.ORDERS, routes.INBOX, routes.ME, routes.MERCHANT, routes.ADMIN, routes.DEMO, routes.FORGOT,
    *(routes.beginning(route) for route in _OF_ONE), routes.SIGN_IN.rpartition("/")[0] + "/",
)  # fmt: skip
KEPT_SECONDS = 300
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_kept: tuple[float, bytes] | None = None


async def robots(_: Request) -> Response:
    """Public pages may be found; what belongs to a person is not asked for."""
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in PERSONAL], f"Sitemap: {origin()}{routes.SITEMAP}"]
    return PlainTextResponse("\n".join([*lines, ""]))


async def sitemap(_: Request) -> Response:
    """Every page a stranger can open, with the products on sale; as old as KEPT_SECONDS."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
        found = await read_as("", _addresses)
        _kept = (time.monotonic(), b"" if isinstance(found, Refused) else found)
    return Response(_kept[1], media_type="application/xml", headers={"Cache-Control": f"max-age={KEPT_SECONDS}"})


def _addresses(look: Look) -> bytes:
    """Written in the thread that reads: the rows are many."""
    shelves = [routes.shelf_url(category=category) for category in ("", *Category)]
    products = [routes.product_url(slug) for slug in slugs_on_sale(look)]
    paths = [*shelves, routes.HELP, routes.RULES, *products]
    urls = "".join(f"<url><loc>{escape(origin() + path)}</loc></url>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{_SCHEMA}">{urls}</urlset>'.encode()


ROUTES = [Route(routes.ROBOTS, robots), Route(routes.SITEMAP, sitemap)]
