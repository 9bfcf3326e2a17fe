"""A client without a browser: it speaks the event socket and sends whatever it likes."""

import ipaddress
import itertools
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import socketio
from socketio.exceptions import TimeoutError as Silence
from socketio.packet import Packet

from cardmall import cookies, routes
from tests.patience import PATIENCE

LAST = "reflex___state____state.cardmall___states___session____session_state.refresh"
_hosts = itertools.count()
NOTHING = "reflex___state____state.cardmall___states___public___demo____demo_state.dismiss"


def sign_in(url: str, identifier: str, password: str = "cardmall-demo") -> str:
    """The cookie header of a signed-in browser."""
    answer = httpx.post(f"{url}{routes.SIGN_IN}", data={"identifier": identifier, "password": password})
    return f"{cookies.SESSION}={answer.cookies[cookies.SESSION]}"


def somewhere() -> str:
    """A network address nobody had before."""
    return str(ipaddress.ip_address("198.18.0.1") + next(_hosts))


class _Plain(Packet):
    """With JSON of its own: an application loaded in this process gives every packet its own, for all."""

    json = json


class RawClient:
    """One socket with a token of its own; the cookie of the handshake is all that says who it is."""

    def __init__(self, url: str, cookie: str = "", address: str = "") -> None:
        self._socket = socketio.SimpleClient(serializer=_Plain)
        self._socket.connect(
            f"{url}/?token={uuid.uuid4()}",
            headers={"Cookie": cookie, "X-Forwarded-For": address or somewhere()},
            namespace="/_event",
            socketio_path="/_event",
            transports=["websocket"],
            wait_timeout=int(PATIENCE),
        )
        self._wait_until_known()

    def _wait_until_known(self) -> None:
        """The connection is up a moment before the server knows whose it is; what is sent in between is dropped."""
        for _ in range(int(PATIENCE)):
            mark = str(uuid.uuid4())
            self._emit(NOTHING, {}, f"/?mark={mark}")
            if any(mark in json.dumps(found, default=str) for found in self._heard_within(1)):
                return
        raise AssertionError("the server never knew this client")

    def _heard_within(self, seconds: float) -> Iterator[Any]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                yield self._socket.receive(timeout=seconds)
            except Silence:
                return

    def call(self, name: str, payload: dict[str, Any], path: str = "/") -> str:
        """Send one event as if the page `path` were open; everything the server said to it, as text.

        The events of a client are handled in order: harmless ones after it, whose mark in the address comes back,
        say that it is done. The path stays the same, for a state knows the newest address only; two, because the
        first mark may ride on the answer to the event itself.
        """
        self._emit(name, payload, path)
        heard = [found for _ in range(2) for found in self._after_it(path)]
        return "".join(json.dumps(_told(found), ensure_ascii=False, default=str) for found in heard)

    def _after_it(self, path: str) -> list[Any]:
        mark = str(uuid.uuid4())
        self._emit(LAST, {}, f"{path}{'&' if '?' in path else '?'}mark={mark}")
        return list(self._until(mark))

    def _emit(self, name: str, payload: dict[str, Any], path: str) -> None:
        bare, _, query = path.partition("?")
        asked = dict(pair.split("=") for pair in query.split("&")) if query else {}
        router = {"pathname": bare, "asPath": path, "query": asked}
        self._socket.emit("event", {"name": name, "payload": payload, "router_data": router})

    def _until(self, mark: str) -> Iterator[Any]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                found = self._socket.receive(timeout=1)
            except Silence:
                continue
            yield found
            if mark in json.dumps(found, default=str):
                return
        raise AssertionError("the server fell silent")

    def close(self) -> None:
        self._socket.disconnect()


def _told(found: Any) -> Any:
    """Without the echo of the address and headers the client itself sent."""
    update = found[1] if isinstance(found, list) and len(found) > 1 else found
    delta = update.get("delta", {}) if isinstance(update, dict) else {}
    kept = {
        state: {k: v for k, v in values.items() if not k.startswith("rx_router")} for state, values in delta.items()
    }
    return {**update, "delta": kept} if isinstance(update, dict) else update


@contextmanager
def raw_client(url: str, cookie: str = "", address: str = "") -> Iterator[RawClient]:
    """At a network address of its own, unless told."""
    client = RawClient(url, cookie, address)
    try:
        yield client
    finally:
        client.close()
