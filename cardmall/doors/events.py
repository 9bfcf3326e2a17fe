"""What strangers may send over the event socket, looked at before Reflex sees it: whose page asks, how often, what.

Private names of Reflex 0.10.1 (state tables of its memory manager, its event namespace) are used here only and are
covered by tests/attack/test_doors.py.
"""

import inspect
import logging
import re
import time
import typing
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import reflex as rx
from reflex.app import EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState
from reflex_base.config import get_config
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardmall.adapters import attempts
from cardmall.adapters.attempts import Budget, TooManyTries, client_key
from cardmall.domain import limits
from cardmall.http.body import too_long_address
from cardmall.queries.people import PersonView
from cardmall.settings import LOCAL, settings
from cardmall.states.session import SessionState

log = logging.getLogger(__name__)
_TOKEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_ROOT = rx.State.get_full_name()
_FRAMEWORK: dict[str, dict[str, Any]] = {  # what the browser part of Reflex itself sends: name → payload
    f"{_ROOT}.hydrate_and_load": {"hashes": list},
    f"{_ROOT}.hydrate": {},
    f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal": {},
    f"{_ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception": {
        "info": str,
        "component_stack": str,
    },
}
_OWN = ("setvar", "set_is_hydrated", "update_vars_internal")  # of every state of Reflex: nobody's business
_sockets: Counter[str] = Counter()  # open ones, by client


class Unsound(Exception):
    """An event that no page of ours sends; its text is the reason."""


def socket_guarded(app: ASGIApp, path: str = "/_event") -> ASGIApp:
    """The same app; a socket is refused for a foreign or missing Origin, an unsound token, or one too many."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await app(scope, receive, send)
        client = client_key((scope.get("client") or ("",))[0])
        if not scope["path"].startswith(path) or not _is_welcome(scope, client):
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        _sockets[client] += 1
        try:
            await app(scope, _short_frames(receive), send)
        finally:
            _sockets[client] -= 1
            if not _sockets[client]:
                del _sockets[client]

    return call


def _is_welcome(scope: Scope, client: str) -> bool:
    token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
    if too_long_address(scope) or not _TOKEN.fullmatch(token) or not _knows_origin(scope):
        return False
    if _sockets[client] >= limits.SOCKETS_AT_ONCE:
        return False
    try:
        with attempts.trying(Budget(limits.SOCKETS_A_MINUTE, "socket", client)):
            return True
    except TooManyTries:
        return False


def _knows_origin(scope: Scope) -> bool:
    """A page of ours. Programs on this very machine send none."""
    origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), "")
    if not origin:
        return (scope.get("client") or ("",))[0] in LOCAL
    known = {*get_config().cors_allowed_origins, settings.public_url} - {"", "*"}
    return origin.lower() in known


def _short_frames(receive: Receive) -> Receive:
    async def short() -> Message:
        message = await receive()
        data = message.get("text") or message.get("bytes") or ""
        if len(data) > limits.FRAME_BYTES:
            return {"type": "websocket.disconnect", "code": 1009}
        return message

    return short


class Door(EventNamespace):
    """Reflex's event namespace behind the guard."""

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """The first event of a page comes with the connection."""
        if isinstance(auth, dict):
            boot = auth.get("event")
            _sound_text(auth)
            if boot is not None and not self._is_sound(sid, boot, environ):
                auth = {key: value for key, value in auth.items() if key != "event"}
        await super().on_connect(sid, environ, auth)

    async def on_event(self, sid: str, data: Any) -> None:
        if self._is_sound(sid, data):
            await super().on_event(sid, data)

    async def on_client_error(self, sid: str, data: Any = None) -> None:
        if self._may_log(self._client(sid)):
            await super().on_client_error(sid, data)

    def on_disconnect(self, sid: str) -> Any:
        token = self.sid_to_token.get(sid)
        task = super().on_disconnect(sid)
        self._pace.pop(sid, None)
        if token:
            forget_nobody(self.app, token)
        return task

    @property
    def _pace(self) -> dict[str, tuple[int, int]]:
        return self.__dict__.setdefault("_pace_of", {})

    def _is_sound(self, sid: str, data: Any, environ: dict[str, Any] | None = None) -> bool:
        try:
            self._slow_enough(sid)
            check_event(data)
            return True
        except Unsound as why:
            client = self._client(sid, environ)
            if self._may_log(client):
                log.warning("event of %s refused: %s", client, why)
            return False

    def _slow_enough(self, sid: str) -> None:
        second, seen = self._pace.get(sid, (0, 0))
        now = int(time.monotonic())
        seen = seen + 1 if second == now else 1
        self._pace[sid] = (now, seen)
        if seen > limits.EVENTS_WAITING:
            raise Unsound("too many events")

    def _client(self, sid: str, environ: dict[str, Any] | None = None) -> str:
        told = self._static_router_data.get(sid, {}).get("ip", "")
        scope = (environ or {}).get("asgi.scope", {})
        return client_key(told or (scope.get("client") or ("",))[0])

    def _may_log(self, client: str) -> bool:
        try:
            with attempts.trying(Budget(limits.LOG_LINES, "log", client)):
                return True
        except TooManyTries:
            return False


def check_event(data: Any) -> None:
    """Raises Unsound unless a page of ours could have sent this event."""
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        raise Unsound("no event")
    _sound_text(data)
    payload, router = data.get("payload") or {}, data.get("router_data") or {}
    if not isinstance(payload, dict) or not isinstance(router, dict):
        raise Unsound("no payload")
    if sum(len(text) for text in _texts(router)) > limits.EVENT_ADDRESS:
        raise Unsound("address too long")
    wanted = _wanted(data["name"])
    if wanted is None:
        raise Unsound(f"no handler {data['name'][:120]!r}")
    if payload.keys() - wanted.keys():
        raise Unsound(f"unknown argument of {data['name'][-60:]}")
    for name, value in payload.items():
        if not _fits(value, wanted[name]):
            raise Unsound(f"argument {name} of {data['name'][-60:]}")
    if "component_stack" in payload:  # a crash of the page is told, not a book
        data["payload"] = {name: str(value)[: limits.LOG_LINE] for name, value in payload.items()}


def _sound_text(value: Any) -> None:
    for text in _texts(value):
        if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Unsound("half a character")


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > 8:
        raise Unsound("nested too deep")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)


def _fits(value: Any, kind: Any) -> bool:
    """`kind` as annotated; the page sends a number as one or as digits."""
    origin = typing.get_origin(kind) or kind
    if origin is int:
        digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19
        return digits or (type(value) is int and abs(value) < 2**63)
    if origin is bool:
        return type(value) is bool
    if origin is dict:
        return isinstance(value, dict)
    if origin is list:
        return isinstance(value, list) and all(isinstance(one, str) and len(one) < 200 for one in value)
    return not isinstance(value, dict | list) if origin is str else True


def _wanted(name: str) -> dict[str, Any] | None:
    """Arguments of the handler of this name; None: no page calls it."""
    return _handlers().get(name)


@cache
def _handlers() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = dict(_FRAMEWORK)
    for state in _states(rx.State):
        for name, handler in state.event_handlers.items():
            if name not in _OWN and state.__module__.startswith("cardmall."):
                asked = list(inspect.signature(handler.fn).parameters.items())[1:]
                found[f"{state.get_full_name()}.{name}"] = {key: given.annotation for key, given in asked}
    return found


def _states(root: type[BaseState]) -> Iterator[type[BaseState]]:
    for state in root.get_substates():
        yield state
        yield from _states(state)


def forget_nobody(app: rx.App, token: str) -> None:
    """The state of a page without a person ends a minute after its socket (memory only; Redis has its own expiry)."""
    manager = app.state_manager
    if not isinstance(manager, StateManagerMemory) or app._state is None:
        return
    named = BaseStateToken(ident=token, cls=app._state)
    state = manager.states.get(named.cache_key)
    if state is None or _is_somebodys(state):
        return
    manager._token_expires_at[named.cache_key] = (time.time() + limits.NOBODYS_STATE_SECONDS, named)
    if manager._expiration_task is not None:  # it sleeps until what was next before
        manager._expiration_task.cancel()
        manager._expiration_task = None
    manager._ensure_expiration_task()


def _is_somebodys(state: BaseState) -> bool:
    found = state.get_substate(SessionState.get_full_name().split("."))
    return isinstance(found, SessionState) and found.person != PersonView()
