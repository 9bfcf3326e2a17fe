"""The language switch: a cookie, so that it holds before anyone signs in."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import cookies, locales, routes
from cardmall.adapters import clock
from cardmall.adapters.db import transaction
from cardmall.http.body import form_of
from cardmall.http.request import came_from, same_origin, see
from cardmall.queries.people import actor_of
from cardmall.services.accounts import set_locale
from cardmall.settings import settings

_YEAR = 365 * 24 * 3600


async def choose(request: Request) -> Response:
    """POST locale=…; back to where the person was. 403 from another site."""
    if not same_origin(request):
        return PlainTextResponse("origin", 403)
    chosen = locales.known((await form_of(request)).get("locale", ""))
    answer = see(came_from(request))
    await run_in_threadpool(_remember, cookies.hash_of(request.cookies.get(cookies.SESSION, "")), chosen)
    answer.set_cookie(cookies.LOCALE, chosen, max_age=_YEAR, samesite="lax", secure=settings.secure_cookies)
    return answer


def _remember(who: str, chosen: str) -> None:
    """Somebody signed in is written to in this language, too."""
    with transaction() as session:
        actor = actor_of(session, who, clock.now())
        if actor:
            set_locale(session, actor, chosen)


ROUTES = [Route(routes.LOCALE, choose, methods=["POST"])]
