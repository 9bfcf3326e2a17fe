"""Pictures in and out: one file a request, read with a counter, shown to the order's two parties and admins (R39)."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardmall import cookies, desk, routes
from cardmall.adapters import clock
from cardmall.adapters.budgets import take_of
from cardmall.adapters.db import reading, transaction
from cardmall.adapters.pictures import PAINTERS, Drawn, redraw
from cardmall.adapters.world import a_look, an_act
from cardmall.domain import limits
from cardmall.domain.terms import Actor, FieldError, Offer, Reason, Refused, invalid
from cardmall.domain.typed import storable
from cardmall.http.body import NOT_A_FORM, hear_out, upload_of
from cardmall.http.refusals import as_json
from cardmall.http.request import same_origin
from cardmall.reads.people import actor_of, require
from cardmall.reads.pictures import PictureView, order_with_room, picture_view, waiting_pictures
from cardmall.services.case.pictures import drop_picture, keep_picture

_SHOWN = {
    "Cache-Control": "private, max-age=3600",
    "Vary": "Cookie",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
}
_uploading: Counter[int] = Counter()  # requests in flight by person


async def upload(request: Request) -> Response:
    """POST multipart, field `picture`: 201 {"id", "url", "thumb"}; else {"reason", "text"}, and nothing is kept."""
    if not same_origin(request):
        return JSONResponse({"reason": "origin", "text": ""}, 403)
    try:
        with _one_more(await run_in_threadpool(_welcome, request)):
            data = await _picture_of(request)
            drawn = await asyncio.get_running_loop().run_in_executor(PAINTERS, redraw, data)
            found = await run_in_threadpool(_keep, request, drawn)
    except Refused as refused:
        await hear_out(request)
        return as_json(request, refused)
    except (ClientDisconnect, TimeoutError):
        return Response(status_code=408)
    url = routes.picture_url(found)
    return JSONResponse({"id": found, "url": url, "thumb": f"{url}?size=thumb"}, 201, headers=_UNKEPT)


_UNKEPT = {"Cache-Control": "no-store"}


def _who(request: Request) -> str:
    return cookies.hash_of(request.cookies.get(cookies.SESSION, ""))


def _welcome(request: Request) -> Actor:
    """Before anything is read: a party of the order, with room left and not too busy."""
    with reading() as session:
        actor = actor_of(session, _who(request), clock.now())
        order_with_room(a_look(session, actor, now=clock.now()), storable(request.path_params["no"]))
    known = require(actor)
    take_of(known, limits.PICTURE_TRIES, "picture")
    return known


@contextmanager
def _one_more(actor: Actor) -> Iterator[None]:
    """A body in flight is memory: few a person."""
    if _uploading[actor.id] >= limits.UPLOADS_AT_ONCE:
        raise Refused(Reason.too_many_tries, Offer.form)
    _uploading[actor.id] += 1
    try:
        yield
    finally:
        _uploading[actor.id] -= 1
        if not _uploading[actor.id]:
            del _uploading[actor.id]


async def _picture_of(request: Request) -> bytes:
    """The bytes of the one file; its name and type are what the client says, so nobody asks for them."""
    try:
        async with asyncio.timeout(limits.UPLOAD_SECONDS):
            form = await upload_of(request)
    except NOT_A_FORM:
        raise invalid(picture=FieldError.required) from None
    except HTTPException as why:
        raise Refused(Reason.picture_too_large, Offer.form) if why.status_code == 413 else why from None
    try:
        file = form.get("picture")
        if not isinstance(file, UploadFile):
            raise invalid(picture=FieldError.required)
        return await file.read()
    finally:
        await form.close()


def _keep(request: Request, drawn: Drawn) -> str:
    with transaction() as session:
        now, new = clock.now(), secrets.token_hex(16)
        actor = actor_of(session, _who(request), now)
        size = {"width": drawn.width, "height": drawn.height}
        no = storable(request.path_params["no"])
        return keep_picture(an_act(session, actor, now=now), no, new, full=drawn.full, thumb=drawn.thumb, **size)


async def waiting(request: Request) -> Response:
    """GET: {"pictures": [ids]} of one's own that wait on this order; 404 for unknown and foreign."""
    try:
        found = await run_in_threadpool(_waiting, request)
    except Refused as refused:
        return as_json(request, refused)
    return JSONResponse({"pictures": found}, headers=_UNKEPT)


def _waiting(request: Request) -> list[str]:
    return desk.look(_who(request), waiting_pictures, request.path_params["no"])


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
    return desk.look(_who(request), picture_view, request.path_params["picture_id"], thumb=thumb)


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
    desk.act(_who(request), drop_picture, request.path_params["picture_id"])


ROUTES = [
    Route(routes.PICTURES, upload, methods=["POST"]),
    Route(routes.PICTURES, waiting, methods=["GET"]),
    Route(routes.PICTURE, show, methods=["GET"]),
    Route(routes.PICTURE, drop_upload, methods=["DELETE"]),
]
