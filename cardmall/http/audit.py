"""The audit as a file: the same filters as the page, for admins."""

from collections.abc import Iterator
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cardmall import locales, routes
from cardmall.adapters.db import reading
from cardmall.adapters.world import a_look
from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.sheets import Export
from cardmall.domain.terms import Actor
from cardmall.http.sheets import BEGINS, csv_text, file_of
from cardmall.views.admin import audit
from cardmall.views.admin.audit import AuditFilters, AuditRow, audit_rows, read_asked

COLUMNS = ("at", "name", "role", "verb", "order", "case", "before", "after", "note", "cause", "data")


async def export(request: Request) -> Response:
    """GET: at most EXPORT_ROWS rows."""
    asked = replace(read_asked(dict(request.query_params)), after=None, before=None)
    return await file_of(request, Export.audit, audit.audit_query(asked), lambda actor, lang: _file(actor, asked, lang))


def _file(actor: Actor, asked: AuditFilters, locale: str) -> Iterator[str]:
    """Ends with a word when there was more."""
    yield BEGINS + csv_text([[locales.text(locale, f"audit.column.{name}") for name in COLUMNS]])
    for _ in range(limits.EXPORT_ROWS // limits.EXPORT_AT_ONCE):
        with reading() as session:  # one look a time: a slow reader keeps no view of the database open
            rows, last = audit_rows(a_look(session, actor), asked, limits.EXPORT_AT_ONCE)
        yield csv_text([_cells(row, locale) for row in rows])
        if last is None:
            return
        asked = replace(asked, after=last)
    yield csv_text([[locales.text(locale, "audit.cut", n=limits.EXPORT_ROWS)]])


def _cells(row: AuditRow, locale: str) -> list[str]:
    word = lambda key: locales.text(locale, f"labels.{key}") if key else ""  # noqa: E731
    return [
        row.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        *(row.name, word(f"role.{row.role}"), word(f"verb.{row.verb}")),
        *(row.order_no, row.case_no, word(row.before), word(row.after)),
        *(row.note, row.cause, row.data),
    ]


ROUTES = [Route(routes.AUDIT_FILE, export, methods=["GET"])]
