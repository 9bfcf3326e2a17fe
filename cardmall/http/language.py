"""The language switch: a cookie, so that it holds before anyone signs in."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import cookies, locales, routes
from cardmall.http.request import came_from, same_origin, see
from cardmall.settings import settings

_YEAR = 365 * 24 * 3600


async def choose(request: Request) -> Response:
    """POST locale=…; back to where the person was. 403 from another site."""
    if not same_origin(request):
        return PlainTextResponse("origin", 403)
    chosen = locales.known(str((await request.form()).get("locale", "")))
    answer = see(came_from(request))
    answer.set_cookie(cookies.LOCALE, chosen, max_age=_YEAR, samesite="lax", secure=settings.secure_cookies)
    return answer


ROUTES = [Route(routes.LOCALE, choose, methods=["POST"])]
