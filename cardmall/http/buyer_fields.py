"""A buyer's fields in full travel in this answer only: never through a page's state, never cached (R86)."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardmall import desk, routes
from cardmall.domain.terms import Refused
from cardmall.http.refusals import as_json
from cardmall.http.request import same_origin, session_of
from cardmall.services.order.showing import show_fields


async def show_answers(request: Request) -> Response:
    """POST: {"answers": […], "edition": n} to a member of the order's shop who may deliver it now; 401 and 403 to
    others, 404 for unknown and foreign, 409 {"reason", "text"} while it may not be delivered, 429 too many."""
    if not same_origin(request):
        return JSONResponse({"reason": "origin"}, 403)
    no = request.path_params["no"]
    try:
        shown = await run_in_threadpool(desk.act, session_of(request), show_fields, no)
    except Refused as refused:
        return as_json(request, refused)
    said = {"answers": shown.answers, "edition": shown.edition}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


ROUTES = [Route(routes.BUYER_FIELDS, show_answers, methods=["POST"])]
