"""Codes of cards travel in these answers only: never through a page's state, never cached (R30)."""

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cardmall import desk, routes
from cardmall.domain.terms import Reason, Refused
from cardmall.http.refusals import as_json, as_words
from cardmall.http.request import peer_of, same_origin, session_of
from cardmall.services.order.delivery import reveal_card, reveal_rest, seen_codes

_HIDDEN = (Reason.not_found, Reason.not_allowed)  # foreign and unknown look the same


async def reveal(request: Request) -> Response:
    """POST: {"code": …} to the buyer; 404 for unknown and foreign; 409 {"reason", "offer"} while held; 429 too many."""
    return await _answer(request, reveal_card, lambda code: JSONResponse({"code": code}, headers=_UNKEPT))


async def reveal_all(request: Request) -> Response:
    """POST: {"codes": {card: code}} of all that were sealed; refused like `reveal`, and then none is looked at."""
    return await _answer(request, reveal_rest, lambda codes: JSONResponse({"codes": codes}, headers=_UNKEPT))


async def take_codes(request: Request) -> Response:
    """POST: the codes already looked at as a text file, one a line; refused in words."""
    no = request.path_params["no"]
    kept = _UNKEPT | {"Content-Disposition": f'attachment; filename="{no}.txt"'}
    shown = lambda codes: PlainTextResponse(_lines(no, codes), headers=kept)  # noqa: E731
    return await _answer(request, seen_codes, shown, as_words)


def _lines(no: str, codes: dict[str, str]) -> str:
    return "\n".join([no, "", *codes.values(), ""])


async def _answer(
    request: Request,
    use_case: Callable[..., Any],
    shown: Callable[[Any], Response],
    told: Callable[..., Response] = as_json,
) -> Response:
    """What `use_case` of the address's order and card answers, `shown`; foreign and unknown look the same."""
    if not same_origin(request):
        return JSONResponse({"reason": "origin"}, 403)
    who = session_of(request)
    asked, address = request.path_params.values(), peer_of(request)
    try:
        return shown(await run_in_threadpool(desk.act, who, use_case, *asked, address=address))
    except Refused as refused:
        if refused.reason in _HIDDEN:
            refused = Refused(Reason.not_found, refused.offer)
        return told(request, refused, offer=refused.offer.value)


_UNKEPT = {"Cache-Control": "no-store"}

ROUTES = [
    Route(routes.REVEAL, reveal, methods=["POST"]),
    Route(routes.REVEAL_REST, reveal_all, methods=["POST"]),
    Route(routes.CODES_FILE, take_codes, methods=["POST"]),
]
