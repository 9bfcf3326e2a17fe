"""Tables as files: CSV in the person's language, streamed and bounded; whoever may not take one finds nothing here."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from cardmall import cookies, desk, locales
from cardmall.adapters import clock
from cardmall.adapters.budgets import take_of
from cardmall.adapters.db import reading, transaction
from cardmall.adapters.world import an_act
from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.sheets import Export, sheet_cell
from cardmall.domain.terms import Actor, Reason, Refused
from cardmall.http.refusals import too_many_answer
from cardmall.http.request import same_origin, session_of
from cardmall.reads.people import actor_of
from cardmall.services.order.exports import note_export, who_takes

BEGINS = "\ufeff"  # tells a spreadsheet that it is UTF-8


async def file_of(
    request: Request, what: Export, asked: dict[str, str], lines: Callable[[Actor, str], Iterator[str]]
) -> Response:
    """`lines(actor, locale)` as a file. 404: not theirs to take; 403: another site's link; 429 and when: too many."""
    if not same_origin(request):
        return PlainTextResponse("Forbidden", 403)
    try:
        looks = request.method == "HEAD"  # nothing is taken, so nothing is noted
        actor = await run_in_threadpool(_looked if looks else _note, session_of(request), what, asked)
    except Refused as refused:
        if refused.reason is Reason.too_many_tries:
            return too_many_answer(request, refused)
        return PlainTextResponse("Not Found", 404)
    locale = locales.known(request.cookies.get(cookies.LOCALE, ""))
    name = f"cardmall-{what.value.replace('_', '-')}-{clock.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.csv"
    kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(iter(()) if looks else lines(actor, locale), media_type=_TYPE, headers=kept)


_TYPE = "text/csv; charset=utf-8"


def _looked(token_hash: str, what: Export, asked: dict[str, str]) -> Actor:
    """Who may take it, without taking it."""
    with reading() as session:
        return who_takes(actor_of(session, token_hash, clock.now()), what)


def _note(token_hash: str, what: Export, asked: dict[str, str]) -> Actor:
    now = clock.now()
    desk.known_person(token_hash, now)
    with transaction() as session:
        actor = note_export(an_act(session, actor_of(session, token_hash, now), now=now), what, asked)
        take_of(actor, limits.EXPORT_TRIES, "export")
    return actor


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([[sheet_cell(value) for value in row] for row in rows])
    return text.getvalue()
