"""Is the process alive, can it serve."""

import logging

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardmall import routes
from cardmall.adapters.db import reading

log = logging.getLogger(__name__)


async def live(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def ready(_request: Request) -> Response:
    """200 when the database answers, else 503."""
    try:
        await run_in_threadpool(_ask_database)
    except SQLAlchemyError as error:
        log.warning("not ready: %s", error)
        return PlainTextResponse("database", 503)
    return PlainTextResponse("ok")


def _ask_database() -> None:
    with reading() as session:
        session.connection().execute(sa.text("SELECT 1"))


ROUTES = [Route(routes.LIVE, live), Route(routes.READY, ready)]
