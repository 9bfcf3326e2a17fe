"""Two pools, so that a list still opens while every writer waits for the lock."""

import asyncio
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlmodel import Session

from cardmall.adapters import clock, looks
from cardmall.adapters.budgets import spend
from cardmall.adapters.db import Remembering, reading, transaction
from cardmall.domain.terms import Actor, Refused
from cardmall.reads.people import actor_of, require

T = TypeVar("T")

READERS = ThreadPoolExecutor(8, "reader")
WRITERS = ThreadPoolExecutor(8, "writer")


async def read(query: Callable[..., T], *args: Any, **kw: Any) -> T:
    """`query(session, *args)` on its own connection, off the loop; `now=` is added when the query asks for it."""

    def work(session: Session, now: datetime) -> T:
        return query(session, *args, **_timed(query, now), **kw)

    return await _in(READERS, partial(_remembering, work))


async def read_as(who: str, query: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
    """`query(session, actor, *args)` for the person of this cookie hash; the actor is None for nobody."""

    def work(session: Session, now: datetime) -> tuple[T | Refused, Actor | None, list[int]]:
        actor = actor_of(session, who, now)
        try:
            found: T | Refused = query(session, actor, *args, **_timed(query, now), **kw)
        except Refused as refused:
            found = refused
        return found, actor, looks.fresh_looks(session, actor, now)

    found, actor, fresh = await _in(READERS, partial(_remembering, work))
    if fresh:
        await _in(WRITERS, partial(looks.note, actor, fresh))
    return found


def _remembering(work: Callable[[Session, datetime], T]) -> T:
    with reading(Remembering) as session:
        return work(session, clock.now())


async def write(work: Callable[[], T]) -> T:
    """`work()` in a writer's thread: it goes on to its end even when nobody waits for it any more."""
    return await _in(WRITERS, work)


async def act_as(who: str, use_case: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
    """One transaction of the person of this cookie hash. A refusal is an answer, not an error; nobody may act."""
    now = clock.now()  # the click counts, not the moment the lock was free

    def work() -> T | Refused:
        try:
            with transaction() as session:
                actor = require(actor_of(session, who, now))
                spend(actor, use_case.__name__)
                return use_case(session, actor, *args, now=now, **kw)
        except Refused as refused:
            return refused

    return await _in(WRITERS, work)


def _timed(query: Callable[..., Any], now: datetime) -> dict[str, datetime]:
    return {"now": now} if "now" in inspect.signature(query).parameters else {}


async def _in(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work)
