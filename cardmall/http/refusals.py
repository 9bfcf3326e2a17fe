"""A refusal over HTTP: as JSON or as words, with the moment at which the act opens again wherever it is known."""

import math
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cardmall import cookies, locales
from cardmall.adapters import clock
from cardmall.domain.calendar import in_shanghai
from cardmall.domain.terms import Reason, Refused

_UNKEPT = {"Cache-Control": "no-store"}
STATUS = {
    Reason.sign_in_first: 401,
    Reason.not_allowed: 403,
    Reason.not_found: 404,
    Reason.picture_too_large: 413,
    Reason.not_a_picture: 415,
    Reason.file_too_large: 413,
    Reason.not_text: 415,
    Reason.invalid: 422,
    Reason.too_many_tries: 429,
}


def as_json(request: Request, refused: Refused, **more: str) -> Response:
    """{"reason", "text"}, and "at" when the refusal names a moment; 409 for a reason that has no status of its own."""
    said = {"reason": refused.reason.value, "text": in_words(request, refused)} | more
    if refused.at:
        said["at"] = refused.at.isoformat(timespec="seconds")
    return JSONResponse(said, STATUS.get(refused.reason, 409), headers=_UNKEPT | retry_header(refused.at))


def as_words(request: Request, refused: Refused, **_: str) -> Response:
    """The same in words, where a browser shows the answer as a page."""
    status = STATUS.get(refused.reason, 409)
    return PlainTextResponse(in_words(request, refused), status, headers=_UNKEPT | retry_header(refused.at))


def too_many_answer(request: Request, refused: Refused) -> Response:
    """429 in the reader's language."""
    return PlainTextResponse(in_words(request, refused), 429, headers=_UNKEPT | retry_header(refused.at))


def in_words(request: Request, refused: Refused) -> str:
    """Why, and when it opens, in the language of the reader's cookie."""
    key, locale = f"refused.{refused.reason}", locales.known(request.cookies.get(cookies.LOCALE, ""))
    if refused.at is None:
        return locales.text(locale, key, n=refused.n)
    return locales.text(locale, f"{key}_at", at=in_shanghai(refused.at, clock.now()))


def retry_header(at: datetime | None) -> dict[str, str]:
    """The header that says in how many seconds to ask again; nothing for no moment."""
    return {"Retry-After": str(max(1, math.ceil((at - clock.now()).total_seconds())))} if at else {}
