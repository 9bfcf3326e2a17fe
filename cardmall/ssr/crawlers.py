"""robots.txt and sitemap.xml: what search engines may look at, and what is on sale."""

from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import routes
from cardmall.domain.terms import Category, Refused
from cardmall.ssr.head import origin
from cardmall.states.threads import read_as
from cardmall.views.public.home import slugs_on_sale

PERSONAL = (
    "/orders", "/checkout/", "/pay/", "/cases/", "/transfers/", "/refunds/", "/support/", "/inbox", "/me", "/merchant",
    "/admin", "/demo", "/auth/", "/pictures/", "/forgot",
)  # fmt: skip


async def robots(_: Request) -> Response:
    """Public pages may be found; what belongs to a person is not asked for."""
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in PERSONAL], f"Sitemap: {origin()}{routes.SITEMAP}"]
    return PlainTextResponse("\n".join([*lines, ""]))


async def sitemap(_: Request) -> Response:
    """Every page a stranger can open, with the products on sale."""
    found = await read_as("", slugs_on_sale)
    slugs = [] if isinstance(found, Refused) else found
    shelves = [routes.shelf_url(category=category) for category in ("", *Category)]
    paths = [*shelves, routes.HELP, routes.RULES, *[routes.product_url(slug) for slug in slugs]]
    urls = "".join(f"<url><loc>{escape(origin() + path)}</loc></url>" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Response(body, media_type="application/xml")


ROUTES = [Route(routes.ROBOTS, robots), Route(routes.SITEMAP, sitemap)]
