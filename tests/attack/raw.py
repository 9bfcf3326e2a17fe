"""A client without a browser: it speaks the event socket and sends whatever it likes."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import socketio
from socketio.exceptions import TimeoutError as Silence

from cardmall import cookies, routes

QUIET = 0.35  # seconds without an answer: the handler is done


def sign_in(url: str, identifier: str, password: str = "cardmall-demo") -> str:
    """The cookie header of a signed-in browser."""
    answer = httpx.post(f"{url}{routes.SIGN_IN}", data={"identifier": identifier, "password": password})
    return f"{cookies.SESSION}={answer.cookies[cookies.SESSION]}"


class RawClient:
    """One socket with a token of its own; the cookie of the handshake is all that says who it is."""

    def __init__(self, url: str, cookie: str = "", origin: str = "") -> None:
        self._socket = socketio.SimpleClient()
        headers = {"Cookie": cookie} | ({"Origin": origin} if origin else {})
        self._socket.connect(
            f"{url}/?token={uuid.uuid4()}",
            headers=headers,
            namespace="/_event",
            socketio_path="/_event",
            transports=["websocket"],
            wait_timeout=5,
        )

    def call(self, name: str, payload: dict, path: str = "/", query: dict | None = None, quiet: float = QUIET) -> str:
        """Send one event as if the page `path` were open; everything that came back, as text."""
        asked = query or {}
        tail = "?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else ""
        router = {"pathname": path, "asPath": path + tail, "query": asked}
        self._socket.emit("event", {"name": name, "payload": payload, "router_data": router})
        return "".join(json.dumps(found, ensure_ascii=False, default=str) for found in self._answers(quiet))

    def _answers(self, quiet: float) -> Iterator[object]:
        while True:
            try:
                yield self._socket.receive(timeout=quiet)
            except Silence:
                return

    def close(self) -> None:
        self._socket.disconnect()


@contextmanager
def raw_client(url: str, cookie: str = "") -> Iterator[RawClient]:
    client = RawClient(url, cookie)
    try:
        yield client
    finally:
        client.close()
