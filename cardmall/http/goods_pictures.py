"""Pictures of products in and out: handed in by their shop, shown to everybody while they are on sale (R85)."""

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
from cardmall.adapters.pictures import PAINTERS, DrawnGoods, redraw_goods
from cardmall.adapters.world import a_look, an_act
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Reason, Refused
from cardmall.domain.typed import storable
from cardmall.http.refusals import as_json
from cardmall.http.request import same_origin, session_of
from cardmall.http.uploads import Sent, Upload
from cardmall.reads.goods_pictures import GoodsPicture, GoodsPictureSize, goods_picture, product_with_picture_room
from cardmall.reads.people import actor_of, require
from cardmall.services.shop.pictures import drop_goods_picture, keep_goods_picture

# An id names bytes that never change. What everybody may see may be shown by any page and kept for good.
_PUBLIC = {"Cache-Control": "public, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "cross-origin"}
_OF_THE_HOUSE = {
    "Cache-Control": "private, max-age=3600",
    "Vary": "Cookie",
    "Cross-Origin-Resource-Policy": "same-site",
}
_POLICY = {"Content-Security-Policy": "default-src 'none'; sandbox"}
_GOODS = Upload("picture", limits.UPLOAD_SECONDS, limits.UPLOADS_AT_ONCE, Reason.picture_too_large)


async def hand_in_picture(request: Request) -> Response:
    """POST multipart, field `picture`: 201 {"id", "url", "thumb"}; else {"reason", "text"}, and nothing is kept."""
    return await _GOODS.take(request, limits.PICTURE_BYTES, _welcome, _keep)


def _welcome(request: Request) -> Actor:
    """Before anything is read: a member of the product's shop, not too busy."""
    with reading() as session:
        actor = actor_of(session, session_of(request), clock.now())
        product_with_picture_room(a_look(session, actor, now=clock.now()), storable(request.path_params["slug"]))
    known = require(actor)
    take_of(known, limits.PICTURE_TRIES, "picture")
    return known


async def _keep(request: Request, sent: Sent) -> dict[str, str]:
    drawn = await asyncio.get_running_loop().run_in_executor(PAINTERS, redraw_goods, sent.data)
    found = await run_in_threadpool(_write, request, drawn)
    url = routes.goods_picture_url(found)
    return {"id": found, "url": url, "thumb": routes.goods_picture_url(found, GoodsPictureSize.thumb)}


def _write(request: Request, drawn: DrawnGoods) -> str:
    with transaction() as session:
        now, new = clock.now(), secrets.token_hex(16)
        act = an_act(session, actor_of(session, session_of(request), now), now=now)
        return keep_goods_picture(act, storable(request.path_params["slug"]), new, **vars(drawn))


async def take_back_picture(request: Request) -> Response:
    """DELETE: 204; 404 for unknown and foreign; 409 once it was saved."""
    if not same_origin(request):
        return JSONResponse({"reason": "origin", "text": ""}, 403)
    try:
        await run_in_threadpool(_drop, request)
    except Refused as refused:
        return as_json(request, refused)
    return Response(status_code=204)


def _drop(request: Request) -> None:
    told = request.path_params
    desk.act(session_of(request), drop_goods_picture, told["slug"], told["picture_id"])


async def show_goods_picture(request: Request) -> Response:
    """GET: a JPEG of ours, smaller with ?size=page, card or thumb; 404 for unknown and what is not to be seen."""
    try:
        found = await run_in_threadpool(_look, request)
    except Refused as refused:
        return as_json(request, refused)
    headers = _POLICY | (_PUBLIC if found.public else _OF_THE_HOUSE)
    name = {"Content-Disposition": f'inline; filename="picture-{found.id[:8]}.jpg"'}
    return Response(found.jpeg, media_type="image/jpeg", headers=headers | name)


def _look(request: Request) -> GoodsPicture:
    size, now = request.query_params.get("size", ""), clock.now()
    with reading() as session:
        who = actor_of(session, session_of(request), now)
        return goods_picture(a_look(session, who, now=now), storable(request.path_params["picture_id"]), size)


ROUTES = [
    Route(routes.GOODS_PICTURES, hand_in_picture, methods=["POST"]),
    Route(routes.GOODS_PICTURE_WAITING, take_back_picture, methods=["DELETE"]),
    Route(routes.GOODS_PICTURE, show_goods_picture, methods=["GET"]),
]
