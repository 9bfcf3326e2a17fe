"""The audit as a file: the same filters as the page, for admins; everybody else finds nothing here."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from cardmall import cookies, locales, routes
from cardmall.adapters import clock
from cardmall.adapters.db import reading
from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.sheets import cell
from cardmall.domain.terms import Actor, Role
from cardmall.queries.audit import Asked, AuditRow, audit_rows, read_asked
from cardmall.queries.people import actor_of

COLUMNS = ("at", "name", "role", "verb", "order", "case", "before", "after", "note", "cause", "data")


async def export(request: Request) -> Response:
    """GET: CSV in the person's language, at most EXPORT_ROWS rows. 404 for anyone but an admin."""
    actor = await run_in_threadpool(_who, cookies.hash_of(request.cookies.get(cookies.SESSION, "")))
    if actor is None or actor.role is not Role.admin:
        return PlainTextResponse("Not Found", 404)
    locale = locales.known(request.cookies.get(cookies.LOCALE, ""))
    asked = replace(read_asked(dict(request.query_params)), after=None, before=None)
    name = f"cardmall-audit-{clock.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.csv"
    kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_file(actor, asked, locale), media_type="text/csv; charset=utf-8", headers=kept)


def _who(token_hash: str) -> Actor | None:
    with reading() as session:
        return actor_of(session, token_hash, clock.now())


def _file(actor: Actor, asked: Asked, locale: str) -> Iterator[str]:
    """Begins with the mark that tells a spreadsheet it is UTF-8; ends with a word when there was more."""
    yield "\ufeff" + _lines([[locales.text(locale, f"audit.column.{name}") for name in COLUMNS]])
    for _ in range(limits.EXPORT_ROWS // limits.EXPORT_AT_ONCE):
        with reading() as session:  # one look a time: a slow reader keeps no view of the database open
            rows, last = audit_rows(session, actor, asked, limits.EXPORT_AT_ONCE)
        yield _lines([_cells(row, locale) for row in rows])
        if last is None:
            return
        asked = replace(asked, after=last)
    yield _lines([[locales.text(locale, "audit.cut", n=limits.EXPORT_ROWS)]])


def _cells(row: AuditRow, locale: str) -> list[str]:
    word = lambda key: locales.text(locale, f"labels.{key}") if key else ""  # noqa: E731
    return [
        row.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        *(row.name, word(f"role.{row.role}"), word(f"verb.{row.verb}")),
        *(row.order_no, row.case_no, word(row.before), word(row.after)),
        *(row.note, row.cause, row.data),
    ]


def _lines(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([[cell(value) for value in row] for row in rows])
    return text.getvalue()


ROUTES = [Route(routes.AUDIT_FILE, export, methods=["GET"])]
