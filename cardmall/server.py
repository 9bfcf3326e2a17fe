"""How granian is started: Reflex gives it no HTTP/1 settings, so that half a request holds a connection for 30 s.

And Reflex counts its processes by asking Valkey once, and ends without a word about the setting when it is away. And
granian ends all its processes when one dies, where it is not told otherwise.
"""

import os
from typing import Any

import granian.server
from granian.http import HTTP1Settings
from reflex.utils import processes

from cardmall.adapters.valkey import wait_for_valkey
from cardmall.domain import limits
from cardmall.settings import settings

MOST_PROCESSES = 4


class BoundedServer(granian.server.Server):  # pyright: ignore[reportGeneralTypeIssues] - granian chooses its base at import
    """granian's server whose clients must send all headers within HEADER_SECONDS; a process that dies is replaced."""

    def __init__(self, *args: Any, **more: Any) -> None:
        bounds = HTTP1Settings(header_read_timeout=limits.HEADER_SECONDS * 1000, max_buffer_size=limits.HEADER_BYTES)
        more.setdefault("http1_settings", bounds)
        more.setdefault("respawn_failed_workers", True)
        more.setdefault("backlog", limits.CONNECTIONS)
        more.setdefault("backpressure", limits.CONNECTIONS)
        super().__init__(*args, **more)


def processes_to_serve() -> int:
    """One; with Valkey, once it answers, one a core and MOST_PROCESSES at most. GRANIAN_WORKERS comes before it."""
    wait_for_valkey()
    return min(os.cpu_count() or 1, MOST_PROCESSES) if settings.redis_url else 1


def bound_the_server() -> None:
    """Reflex looks both up by name when it starts."""
    granian.server.Server = BoundedServer
    processes.get_num_workers = processes_to_serve
