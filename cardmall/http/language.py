"""The language switch: a cookie, so that it holds before anyone signs in."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import cookies, locales, routes
from cardmall.adapters import clock
from cardmall.adapters.attempts import client_key
from cardmall.adapters.budgets import spend_as
from cardmall.adapters.db import reading, transaction
from cardmall.adapters.world import an_act
from cardmall.domain.terms import Refused
from cardmall.http.body import form_of
from cardmall.http.refusals import too_many_answer
from cardmall.http.request import came_from, peer_of, same_origin, see, session_of
from cardmall.reads.people import account_of, as_actor
from cardmall.services.account.accounts import set_locale
from cardmall.settings import settings

_YEAR = 365 * 24 * 3600


async def choose_language(request: Request) -> Response:
    """POST locale=…; back to where the person was. 403 from another site, 429 too many."""
    if not same_origin(request):
        return PlainTextResponse("origin", 403)
    chosen = locales.known((await form_of(request)).get("locale", ""))
    answer = see(came_from(request))
    who = session_of(request)
    try:
        await run_in_threadpool(_remember, who, client_key(peer_of(request)), chosen)
    except Refused as refused:
        return too_many_answer(request, refused)
    answer.set_cookie(cookies.LOCALE, chosen, max_age=_YEAR, samesite="lax", secure=settings.secure_cookies)
    return answer


def _remember(who: str, client: str, chosen: str) -> None:
    """Somebody signed in is written to in this language, too. Nothing is written while it stays the same."""
    with reading() as session:
        account = account_of(session, who, clock.now())
        actor, old = (as_actor(account), account.locale) if account else (None, chosen)
    spend_as(actor, client, set_locale.__name__)
    if actor and old != chosen:
        with transaction() as session:
            set_locale(an_act(session, actor), chosen)


ROUTES = [Route(routes.LOCALE, choose_language, methods=["POST"])]
