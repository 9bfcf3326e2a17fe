"""Native forms: where they come from, what was typed, and the way back when something is wrong."""

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from cardmall import carried, cookies, locales, routes
from cardmall.adapters import browsers
from cardmall.adapters.attempts import TooManyTries, client_key
from cardmall.adapters.browsers import Browser, browser_of
from cardmall.carried import Carried
from cardmall.domain.terms import Reason, Refused
from cardmall.http.body import form_of
from cardmall.http.request import peer_of, same_origin
from cardmall.models import Account
from cardmall.settings import settings

LONGEST = 512  # characters of a field
# Few threads: a flood of sign-ins takes neither all memory (19 MiB a hash) nor both cores from the others.
_threads = ThreadPoolExecutor(4, "sign-in")


@dataclass(frozen=True)
class Form:
    """One submitted form. `page`: its path; `token`: this browser's session cookie; `back`: an own path or "".

    `client`: its network address; `browser`: what it keeps of earlier sign-ins.
    """

    page: str
    client: str
    token: str
    browser: Browser
    locale: str
    back: str
    fields: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


Work = Callable[[Form], Response]


def form_route(path: str, page: str, work: Work) -> Route:
    """POST `path`: runs `work(form)` in a thread; what it refuses goes back to `page`."""

    async def endpoint(request: Request) -> Response:
        if not same_origin(request):
            return PlainTextResponse("origin", 403)
        form = await read_form(request, page)
        return await _in_thread(_answered, work, form)

    return Route(path, endpoint, methods=["POST"], name=path)


async def read_form(request: Request, page: str) -> Form:
    """Text fields only. Without scripts the page's own URL knows where to go back to."""
    fields = {name: value[:LONGEST] for name, value in (await form_of(request)).items()}
    jar = request.headers.get("cookie", "")
    return Form(
        page=page,
        client=client_key(peer_of(request)),
        token=cookies.value(jar, cookies.SESSION),
        browser=browser_of(cookies.value(jar, browsers.COOKIE)),
        locale=locales.known(cookies.value(jar, cookies.LOCALE)),
        back=_own(fields.pop("next", "") or _next_of(request.headers.get("referer", ""))),
        fields=fields,
    )


def go_back(form: Form, *, task: BackgroundTask | None = None, **what: object) -> Response:
    """To the form's page with what was typed (never a password) and what was wrong with it."""
    typed = (form.page, form["identifier"].strip(), form["name"].strip())
    kept = Carried(*typed, at=int(time.time()), **what)  # pyright: ignore[reportArgumentType] - other fields, by name
    query = f"?{urlencode({'next': form.back})}" if form.back else ""
    response = RedirectResponse(f"{form.page}{query}{_anchor(kept)}", 303, background=task)
    _set(response, carried.COOKIE, carried.pack(kept), carried.LIFE)
    _set(response, browsers.COOKIE, form.browser.cookie, browsers.LIFE)
    return response


def go_on(path: str) -> Response:
    """On to an own path."""
    response = RedirectResponse(path, 303)
    cookies.drop_cookie(response, carried.COOKIE)
    return response


def go_in(form: Form, account: Account, token: str, seconds: int) -> Response:
    """On as this person, with a new session cookie; the browser is known for the account from now on."""
    response = go_on(form.back or routes.home_url(account.role))
    _set(response, cookies.SESSION, token, seconds)
    _set(response, browsers.COOKIE, form.browser.met(account.id or 0).cookie, browsers.LIFE)
    return response


def _answered(work: Work, form: Form) -> Response:
    try:
        return work(form)
    except Refused as refused:
        problem = "" if refused.fields else refused.reason.value
        return go_back(form, errors=refused.fields, problem=problem, sent="code" in form.fields)
    except TooManyTries as refused:
        wait = math.ceil((refused.again_at - datetime.now(UTC)).total_seconds() / 60)
        return go_back(form, problem=Reason.too_many_tries.value, wait=max(1, wait), sent="code" in form.fields)


async def _in_thread(work: Callable[..., Response], *args: object) -> Response:
    return await asyncio.get_running_loop().run_in_executor(_threads, work, *args)


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    secure = settings.secure_cookies
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def _anchor(kept: Carried) -> str:
    """Without scripts the page shows the text this fragment names."""
    wrong = [f"{name}-{error}" for name, error in kept.errors.items()] or [
        kept.problem or ("sent" if kept.sent else "")
    ]
    return f"#{wrong[0]}" if wrong[0] else ""


def _own(path: str) -> str:
    return path if path and routes.own_path(path) == path else ""


def _next_of(referer: str) -> str:
    return parse_qs(urlsplit(referer).query).get("next", [""])[0]
