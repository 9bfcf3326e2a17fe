"""What is killed: people using the services, workers running jobs, the application the channel calls back."""

import threading
import time
from collections.abc import Callable

from cardmall.adapters import jobs
from cardmall.settings import settings
from cardmall.worker import take_up
from tests.chaos.crowd import Crowd

POLL = 0.1  # seconds
THREADS = 2  # of one worker


def services(seed: int) -> None:
    """Shoppers, merchants and an admin, each act a transaction, without end."""
    crowd = Crowd(seed)
    while True:
        take_up()
        crowd.somebody_acts()


def worker(_seed: int) -> None:
    """As `python -m cardmall worker`, in two threads."""
    running = [threading.Thread(target=jobs.work, args=(threading.Event(), take_up, POLL)) for _ in range(THREADS)]
    for thread in running:
        thread.start()


def callbacks(_seed: int) -> None:
    """The callback route, served as the application serves it."""
    import asyncio

    from granian.constants import Interfaces
    from granian.server.embed import Server
    from starlette.applications import Starlette

    from cardmall.http import payments

    threading.Thread(target=_follow_clock, daemon=True).start()
    app = Starlette(routes=payments.ROUTES)
    server = Server(app, "127.0.0.1", settings.port, interface=Interfaces.ASGI, log_enabled=False)
    asyncio.run(server.serve())


def _follow_clock() -> None:
    while True:
        take_up()
        time.sleep(POLL)


KINDS: dict[str, Callable[[int], None]] = {"services": services, "worker": worker, "callbacks": callbacks}
