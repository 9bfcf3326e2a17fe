"""How granian is started: Reflex gives it no HTTP/1 settings, so that half a request holds a connection for 30 s."""

from typing import Any

import granian.server
from granian.http import HTTP1Settings

from cardmall.domain import limits


class BoundedServer(granian.server.Server):  # pyright: ignore[reportGeneralTypeIssues] - granian chooses its base at import
    """granian's server whose clients must send all headers within HEADER_SECONDS."""

    def __init__(self, *args: Any, **more: Any) -> None:
        bounds = HTTP1Settings(header_read_timeout=limits.HEADER_SECONDS * 1000, max_buffer_size=limits.HEADER_BYTES)
        more.setdefault("http1_settings", bounds)
        more.setdefault("backlog", limits.CONNECTIONS)
        more.setdefault("backpressure", limits.CONNECTIONS)
        super().__init__(*args, **more)


def bound_the_server() -> None:
    """Reflex looks its server up by name when it starts."""
    granian.server.Server = BoundedServer
