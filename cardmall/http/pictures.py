"""Pictures in and out: one file a request, read with a counter, shown to the order's two parties and admins (R39)."""

import asyncio
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardmall import desk, routes
from cardmall.adapters import clock
from cardmall.adapters.budgets import take_of
from cardmall.adapters.db import reading, transaction
from cardmall.adapters.pictures import PAINTERS, Drawn, redraw
from cardmall.adapters.world import a_look, an_act
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Reason, Refused
from cardmall.domain.typed import storable
from cardmall.http.refusals import as_json
from cardmall.http.request import same_origin, session_of
from cardmall.http.uploads import UNKEPT, Sent, Upload
from cardmall.reads.people import actor_of, require
from cardmall.reads.pictures import PictureView, order_with_room, picture_view, waiting_pictures
from cardmall.services.case.pictures import drop_picture, keep_picture

_SHOWN = {
    "Cache-Control": "private, max-age=3600",
    "Vary": "Cookie",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
}
_PICTURES = Upload("picture", limits.UPLOAD_SECONDS, limits.UPLOADS_AT_ONCE, Reason.picture_too_large)


async def upload(request: Request) -> Response:
    """POST multipart, field `picture`: 201 {"id", "url", "thumb"}; else {"reason", "text"}, and nothing is kept."""
    return await _PICTURES.take(request, limits.PICTURE_BYTES, _welcome, _keep)


def _welcome(request: Request) -> Actor:
    """Before anything is read: a party of the order, with room left and not too busy."""
    with reading() as session:
        actor = actor_of(session, session_of(request), clock.now())
        order_with_room(a_look(session, actor, now=clock.now()), storable(request.path_params["no"]))
    known = require(actor)
    take_of(known, limits.PICTURE_TRIES, "picture")
    return known


async def _keep(request: Request, sent: Sent) -> dict[str, str]:
    drawn = await asyncio.get_running_loop().run_in_executor(PAINTERS, redraw, sent.data)
    found = await run_in_threadpool(_write, request, drawn)
    url = routes.picture_url(found)
    return {"id": found, "url": url, "thumb": f"{url}?size=thumb"}


def _write(request: Request, drawn: Drawn) -> str:
    with transaction() as session:
        now, new = clock.now(), secrets.token_hex(16)
        actor = actor_of(session, session_of(request), now)
        size = {"width": drawn.width, "height": drawn.height}
        no = storable(request.path_params["no"])
        return keep_picture(an_act(session, actor, now=now), no, new, full=drawn.full, thumb=drawn.thumb, **size)


async def waiting(request: Request) -> Response:
    """GET: {"pictures": [ids]} of one's own that wait on this order; 404 for unknown and foreign."""
    try:
        found = await run_in_threadpool(_waiting, request)
    except Refused as refused:
        return as_json(request, refused)
    return JSONResponse({"pictures": found}, headers=UNKEPT)


def _waiting(request: Request) -> list[str]:
    return desk.look(session_of(request), waiting_pictures, request.path_params["no"])


async def show(request: Request) -> Response:
    """GET: a JPEG of ours, small with ?size=thumb; 404 for unknown and foreign."""
    try:
        found = await run_in_threadpool(_look, request)
    except Refused as refused:
        return as_json(request, refused)
    name = {"Content-Disposition": f'inline; filename="picture-{found.id[:8]}.jpg"'}
    return Response(found.jpeg, media_type="image/jpeg", headers=_SHOWN | name)


def _look(request: Request) -> PictureView:
    thumb = request.query_params.get("size") == "thumb"
    return desk.look(session_of(request), picture_view, request.path_params["picture_id"], thumb=thumb)


async def drop_upload(request: Request) -> Response:
    """DELETE: 204; 404 for unknown and foreign; 409 once it was sent."""
    if not same_origin(request):
        return JSONResponse({"reason": "origin", "text": ""}, 403)
    try:
        await run_in_threadpool(_drop, request)
    except Refused as refused:
        return as_json(request, refused)
    return Response(status_code=204)


def _drop(request: Request) -> None:
    desk.act(session_of(request), drop_picture, request.path_params["picture_id"])


ROUTES = [
    Route(routes.PICTURES, upload, methods=["POST"]),
    Route(routes.PICTURES, waiting, methods=["GET"]),
    Route(routes.PICTURE, show, methods=["GET"]),
    Route(routes.PICTURE, drop_upload, methods=["DELETE"]),
]
