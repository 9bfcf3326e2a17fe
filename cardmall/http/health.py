"""Is the process alive, can it serve."""

import logging
from collections.abc import Callable

import sqlalchemy as sa
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import routes
from cardmall.adapters.db import reading
from cardmall.adapters.valkey import ping

log = logging.getLogger(__name__)


async def live(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def ready(_request: Request) -> Response:
    """200 when the database answers, and Valkey where it is set; else 503 and the names of what does not."""
    missing = await run_in_threadpool(lambda: [name for name, ask in NEEDED.items() if not _answers(name, ask)])
    return PlainTextResponse(" ".join(missing), 503) if missing else PlainTextResponse("ok")


def _answers(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except (SQLAlchemyError, RedisError, OSError) as error:
        log.warning("not ready: %s: %s", name, error)
        return False
    return True


def _ask_database() -> None:
    with reading() as session:
        session.connection().execute(sa.text("SELECT 1"))


NEEDED: dict[str, Callable[[], None]] = {"database": _ask_database, "valkey": ping}
ROUTES = [Route(routes.LIVE, live), Route(routes.READY, ready)]
