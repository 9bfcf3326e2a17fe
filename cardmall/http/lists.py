"""Lists of codes come in: pasted or as a file, one a request, encrypted before they are written anywhere (R88)."""

import uuid
from functools import partial

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cardmall import routes
from cardmall.adapters import clock
from cardmall.adapters.budgets import take_of
from cardmall.adapters.db import in_transaction, reading
from cardmall.adapters.vault import vault
from cardmall.adapters.world import a_look, an_act
from cardmall.domain import limits
from cardmall.domain.batches import list_form_of
from cardmall.domain.terms import Actor, FieldError, ListForm, Offer, Reason, Refused, invalid
from cardmall.domain.texts import decoded, encoding_of
from cardmall.domain.typed import storable
from cardmall.http.request import session_of
from cardmall.http.uploads import Sent, Upload
from cardmall.reads.batches import product_with_room
from cardmall.reads.people import actor_of, require
from cardmall.services.shop.batches import hand_in_list
from cardmall.services.shop.checking import TEXT

_LISTS = Upload("list", limits.LIST_SECONDS, limits.LISTS_AT_ONCE, Reason.file_too_large)


async def hand_in_file(request: Request) -> Response:
    """POST multipart, field `list`: 201 {"batch"}; else {"reason", "text"}, and nothing is kept.

    ?encoding=…: the `Encoding` its sender saw it in.
    """
    return await _LISTS.take(request, limits.LIST_BYTES, _welcome, _keep)


async def hand_in_pasted(request: Request) -> Response:
    """The same for what was pasted, of which less is taken."""
    return await _LISTS.take(request, limits.PASTE_BYTES, _welcome, _keep)


def _welcome(request: Request) -> Actor:
    """Before anything is read: a member of the product's shop, with room left and not too busy."""
    with reading() as session:
        actor = actor_of(session, session_of(request), clock.now())
        product_with_room(a_look(session, actor, now=clock.now()), storable(request.path_params["slug"]))
    known = require(actor)
    take_of(known, limits.LIST_TRIES, "list")
    return known


async def _keep(request: Request, sent: Sent) -> dict[str, str]:
    return {"batch": await run_in_threadpool(_sealed, request, sent)}


def _sealed(request: Request, sent: Sent) -> str:
    """Encrypted outside the transaction; its name says how the file lists codes. Refused: not_text."""
    encoding = encoding_of(sent.data, request.query_params.get("encoding", ""))
    if encoding is None:
        raise Refused(Reason.not_text, Offer.form)
    if not sent.data.strip():
        raise invalid(list=FieldError.required)
    key = uuid.uuid4().hex
    pieces = enumerate(decoded(sent.data, encoding, limits.LIST_PART))
    sealed = [vault().seal_piece(key, TEXT, n, piece) for n, piece in pieces]
    who, slug = session_of(request), storable(request.path_params["slug"])
    return in_transaction(partial(_written, who, slug, key, list_form_of(sent.name), sealed))


def _written(who: str, slug: str, key: str, form: ListForm, sealed: list[str], session: Session) -> str:
    now = clock.now()
    act = an_act(session, actor_of(session, who, now), now=now)
    return hand_in_list(act, slug, key, form=form, sealed=sealed)


ROUTES = [
    Route(routes.LISTS, hand_in_file, methods=["POST"]),
    Route(routes.PASTED_LISTS, hand_in_pasted, methods=["POST"]),
]
