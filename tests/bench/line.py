"""A page's event socket without a page: it sends an event, and measures until what the handler changed is here.

Plain frames of the protocol, so that little of the time is the client's own. An answer is known by a mark in the
address, which comes back with it.
"""

import json
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import websocket

from tests.attack.raw import NOTHING, somewhere
from tests.patience import PATIENCE

EVENT = "42/_event,"
FIRST_TRY = 0.5  # seconds; the server drops what comes before it knows whose the socket is


@dataclass(frozen=True)
class Answer:
    """What one event took, in milliseconds, and the text of its answer."""

    took: float
    text: str

    def state(self, name: str) -> dict[str, Any]:
        """What changed in the state of this name, by the name of the var."""
        delta = json.loads(self.text.removeprefix(EVENT))[1]["delta"]
        ours = next((found for state, found in delta.items() if state.endswith(f"____{name}")), {})
        return {var.removesuffix("_rx_state_"): value for var, value in ours.items()}


class Line:
    """The socket of one page of whoever has this cookie header."""

    def __init__(self, url: str, cookie: str) -> None:
        self._socket = websocket.create_connection(
            f"{url.replace('http', 'ws', 1)}/_event/?token={uuid.uuid4()}&EIO=4&transport=websocket",
            cookie=cookie,
            header={"X-Forwarded-For": somewhere()},
            timeout=PATIENCE,
        )
        self._socket.recv()  # the open packet
        self._socket.send("40/_event,")
        self._socket.recv()
        self._wait_until_known()

    def _wait_until_known(self) -> None:
        self._socket.settimeout(FIRST_TRY)
        for _ in range(int(PATIENCE / FIRST_TRY)):
            with suppress(websocket.WebSocketTimeoutException):
                self.ask(NOTHING, "/")
                self._socket.settimeout(PATIENCE)
                return
        raise AssertionError("the server never knew this client")

    def ask(self, handler: str, path: str, **payload: Any) -> Answer:
        """Send one event as if the page `path` were open. WebSocketException: no answer within PATIENCE."""
        mark = uuid.uuid4().hex
        frame = _frame(handler, payload, path, mark)
        start = time.perf_counter()
        self._socket.send(frame)
        while mark not in (heard := self._heard()):
            continue
        return Answer((time.perf_counter() - start) * 1000, heard)

    def _heard(self) -> str:
        found = str(self._socket.recv())
        if found == "2":
            self._socket.send("3")
        return found

    def close(self) -> None:
        self._socket.close()


def _frame(handler: str, payload: dict[str, Any], path: str, mark: str) -> str:
    router = {"pathname": path, "asPath": f"{path}?mark={mark}", "query": {"mark": mark}}
    return EVENT + json.dumps(["event", {"name": handler, "payload": payload, "router_data": router}])
