"""The answer to a browser that opens a page: drawn with its content, or as it was built where it cannot be drawn."""

import asyncio
import gzip
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import brotli
import reflex as rx
from reflex.utils.exec import get_frontend_mount
from reflex.utils.format import json_dumps
from reflex_base.environment import environment
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cardmall import cookies, locales
from cardmall.http.headers import content_policy, inline_scripts
from cardmall.ssr.first import First, first_of
from cardmall.ssr.head import address_tags, as_script, origin, with_picture, with_sheet
from cardmall.ssr.renderer import CLIENT, DRAW_SECONDS, Renderer, Undrawn, web_folder

log = logging.getLogger(__name__)
PAGES_KEPT = 256
_ONCE, _KEPT = 5, 10  # how hard brotli tries: on what goes out many times, a tenth of a second
_PLACE = re.compile(r"\[(\w+)\]")
_REFUSED = re.compile(r";q=0(\.0*)?$")
_LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class DrawnPage:
    """A page as it is sent. `scripts`: hashes of the scripts that stand in it."""

    bodies: dict[str, bytes]  # by Content-Encoding, the best first; "" as it is
    tag: str
    scripts: tuple[str, ...]


class Pages:
    """Draws pages, and keeps those drawn last: one that would show the same is not drawn again."""

    def __init__(self) -> None:
        self.renderer = Renderer()
        self._kept: OrderedDict[bytes, DrawnPage] = OrderedDict()
        self._drawing: dict[bytes, asyncio.Task[DrawnPage]] = {}

    async def page(self, path: str, first: First, locale: str) -> DrawnPage:
        """Return this page with these contents. Undrawn: it is not kept, and cannot be drawn now."""
        key = sha256(json_dumps([path, locale, first.address, first.seen]).encode()).digest()
        if found := self._kept.get(key):
            self._kept.move_to_end(key)
            return found
        task = self._drawing.get(key) or self._begin(key, path, first, locale)
        # A browser that goes away ends the draw of nobody else; a slow draw goes on, for the next visitor.
        return await asyncio.wait_for(asyncio.shield(task), DRAW_SECONDS)

    def _begin(self, key: bytes, path: str, first: First, locale: str) -> "asyncio.Task[DrawnPage]":
        task = self._drawing[key] = asyncio.create_task(self._draw(key, path, first, locale))
        task.add_done_callback(lambda _: self._drawing.pop(key, None))
        return task

    async def _draw(self, key: bytes, path: str, first: First, locale: str) -> DrawnPage:
        html = await self.renderer.draw(origin() + path, first.seen)
        found = await asyncio.to_thread(_packed, _completed(html, first, locale), _KEPT if first.kept else _ONCE)
        if first.kept:
            self._kept[key] = found
        if len(self._kept) > PAGES_KEPT:
            self._kept.popitem(last=False)
        return found


def _completed(html: str, first: First, locale: str) -> str:
    """The drawn page with its language, its style sheet, what it was drawn with, and its address."""
    html = html.replace('<html lang="zh-CN"', f'<html lang="{_LANGUAGES[locale]}"', 1)
    seen = f"<script>window.__first={as_script(json_dumps(first.seen))}</script>"
    tags = address_tags(html, first.address, first.data)
    html = with_sheet(with_picture(html, first.picture), web_folder() / CLIENT)
    return html.replace("</head>", f"{seen}{tags}</head>", 1)


def _packed(html: str, quality: int) -> DrawnPage:
    body = html.encode()
    bodies = {"br": brotli.compress(body, quality=quality), "gzip": gzip.compress(body, 6), "": body}
    return DrawnPage(bodies, f'W/"{sha256(body).hexdigest()[:20]}"', inline_scripts(body))


def page_route(app: rx.App, pages: Pages, route: str) -> Route:
    """GET of the page at this route."""
    path = _PLACE.sub("-", route)  # drawn once for all numbers: what a page says of one is in its states

    async def opened(request: Request) -> Response:
        if not environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.get():
            raise HTTPException(404)
        if not all(request.query_params.values()):
            return _without_empty(request)
        first = First()
        locale = locales.known(cookies.value(request.headers.get("cookie", ""), cookies.LOCALE))
        try:
            first = await first_of(route, {**request.query_params, **request.path_params}, locale)
            return answer(request, await pages.page(path, first, locale), first.status)
        except (Undrawn, OSError, SQLAlchemyError) as problem:  # TimeoutError is an OSError
            log.warning("page %s goes out as it was built: %s", route, problem)
            return await _built(app, request, first.status)

    return Route(_PLACE.sub(r"{\1}", route), opened)


def _without_empty(request: Request) -> Response:
    """The same page; a form sends the fields, too, in which nothing was typed."""
    asked = urlencode([pair for pair in request.query_params.multi_items() if pair[1]])
    return RedirectResponse(request.scope["path"] + (f"?{asked}" if asked else ""), 302)


def bare_route(route: str) -> Route:
    """GET of the same page with a slash at its end: it has one address."""

    async def moved(request: Request) -> Response:
        asked = request.scope["query_string"].decode("latin-1")
        return RedirectResponse(request.scope["path"].rstrip("/") + (f"?{asked}" if asked else ""), 308)

    return Route(_PLACE.sub(r"{\1}", route) + "/", moved)


def answer(request: Request, page: DrawnPage, status: int) -> Response:
    """The page as this request takes it."""
    headers = {"ETag": page.tag, "Vary": "Accept-Encoding, Cookie", "Cache-Control": "no-cache"}
    if status == 200 and request.headers.get("if-none-match") == page.tag:
        return Response(status_code=304, headers=headers)
    headers["Content-Security-Policy"] = content_policy(page.scripts, request.scope)
    parts = [part.replace(" ", "") for part in request.headers.get("accept-encoding", "").split(",")]
    accepted = {part.partition(";")[0] for part in parts if not _REFUSED.search(part)}
    packing = next(name for name in page.bodies if name in accepted or not name)
    headers |= {"Content-Encoding": packing} if packing else {}
    return Response(page.bodies[packing], status, headers, "text/html")


async def _built(app: rx.App, request: Request, status: int) -> Response:
    """The page Reflex prerendered, or its skeleton."""
    files: Any = get_frontend_mount(router=app.router).app
    response = await files.get_response(files.get_path(request.scope), request.scope)
    if status != 200:
        response.status_code = status
    return response
