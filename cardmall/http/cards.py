"""A card's code travels in this one answer only: never through a page's state, never cached (R30)."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardmall import cookies, desk, routes
from cardmall.domain.terms import Reason, Refused
from cardmall.http.refusals import as_json
from cardmall.http.request import peer_of, same_origin
from cardmall.services.order.delivery import reveal_card

_HIDDEN = (Reason.not_found, Reason.not_allowed)  # foreign and unknown look the same


async def reveal(request: Request) -> Response:
    """POST: {"code": …} to the buyer; 404 for unknown and foreign; 409 {"reason", "offer"} while held; 429 too many."""
    if not same_origin(request):
        return JSONResponse({"reason": "origin"}, 403)
    who = cookies.hash_of(request.cookies.get(cookies.SESSION, ""))
    address = peer_of(request)
    no, card_id = request.path_params["no"], request.path_params["card_id"]
    try:
        code = await run_in_threadpool(_reveal, who, no, card_id, address)
    except Refused as refused:
        if refused.reason in _HIDDEN:
            refused = Refused(Reason.not_found, refused.offer)
        return as_json(request, refused, offer=refused.offer.value)
    return JSONResponse({"code": code}, headers=_UNKEPT)


_UNKEPT = {"Cache-Control": "no-store"}


def _reveal(who: str, no: str, card_id: str, address: str) -> str:
    return desk.act(who, reveal_card, no, card_id, address=address)


ROUTES = [Route(routes.REVEAL, reveal, methods=["POST"])]
