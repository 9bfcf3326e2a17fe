"""A masked value in full travels in this answer only: never through a page's state, never cached (R78)."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardmall import desk, routes
from cardmall.domain.terms import Refused
from cardmall.http.body import form_of
from cardmall.http.refusals import as_json
from cardmall.http.request import same_origin, session_of
from cardmall.services.account.finding import unmask


async def show_in_full(request: Request) -> Response:
    """POST {kind, no, field, text}: {"value": …} to an admin who says why in `text`; 401 and 403 to others, 404 for
    what is not there, 422 {"error": a FieldError} without a reason, 429 too many."""
    if not same_origin(request):
        return JSONResponse({"reason": "origin"}, 403)
    asked = await form_of(request)
    told = [asked.get(name, "") for name in ("kind", "no", "field")]
    try:
        value = await run_in_threadpool(desk.act, session_of(request), unmask, *told, reason=asked.get("text", ""))
    except Refused as refused:
        return as_json(request, refused, error=refused.fields.get("text", ""))
    return JSONResponse({"value": value}, headers={"Cache-Control": "no-store"})


ROUTES = [Route(routes.UNMASK, show_in_full, methods=["POST"])]
