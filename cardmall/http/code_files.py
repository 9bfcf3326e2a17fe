"""Codes that are never sold again leave as text, in this answer only: never through a page, never cached (R30)."""

from collections.abc import Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from cardmall import routes
from cardmall.adapters import clock
from cardmall.adapters.budgets import take_of
from cardmall.adapters.db import reading
from cardmall.adapters.world import a_look
from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.terms import Actor, Reason, Refused, Role
from cardmall.domain.typed import storable
from cardmall.http.refusals import too_many_answer
from cardmall.http.request import same_origin, session_of
from cardmall.models import CodeFile
from cardmall.reads.code_files import codes_of, own_file
from cardmall.reads.people import actor_of, require


async def code_file(request: Request) -> Response:
    """GET: one code a line, a code of several lines between empty ones. 404: not theirs or over; 429: too many."""
    if not same_origin(request):
        return PlainTextResponse("Forbidden", 403)
    try:
        actor, file = await run_in_threadpool(_found, request)
    except Refused as refused:
        if refused.reason is Reason.too_many_tries:
            return too_many_answer(request, refused)
        return PlainTextResponse("Not Found", 404)
    name = f"cardmall-codes-{file.created_at.astimezone(SHANGHAI):%Y%m%d-%H%M}.txt"
    kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    lines = iter(()) if request.method == "HEAD" else _lines(actor, file)
    return StreamingResponse(lines, media_type="text/plain; charset=utf-8", headers=kept)


def _found(request: Request) -> tuple[Actor, CodeFile]:
    with reading() as session:
        now = clock.now()
        actor = require(actor_of(session, session_of(request), now), Role.merchant)
        file = own_file(a_look(session, actor, now=now), storable(request.path_params["key"]))
        session.expunge(file)
    take_of(actor, limits.EXPORT_TRIES, "export")
    return actor, file


def _lines(actor: Actor, file: CodeFile) -> Iterator[str]:
    after = ""
    while True:
        with reading() as session:
            codes = codes_of(a_look(session, actor), file, after)
        if not codes:
            return
        after = codes[-1][0]
        yield "".join(f"\n{code}\n\n" if "\n" in code else f"{code}\n" for _, code in codes)


ROUTES = [Route(routes.CODE_FILE, code_file, methods=["GET"])]
