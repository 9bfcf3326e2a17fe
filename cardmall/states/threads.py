"""Two pools, so that a list still opens while every writer waits for the lock."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlmodel import Session

from cardmall import desk
from cardmall.adapters import clock
from cardmall.adapters.db import Remembering, reading
from cardmall.adapters.world import a_look
from cardmall.domain.terms import Refused
from cardmall.domain.typed import storable

T = TypeVar("T")

READERS = ThreadPoolExecutor(8, "reader")
WRITERS = ThreadPoolExecutor(8, "writer")


async def read(query: Callable[..., T], *args: Any) -> T:
    """`query(look, *args)` of nobody on its own connection, off the loop."""
    told = storable(args)
    return await _in(READERS, partial(_remembering, lambda session, now: query(a_look(session, None, now=now), *told)))


async def read_as(who: str, view: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
    """`view(look, *args)` for the person of this cookie hash; `look.who` is None for nobody."""
    seen: desk.Seen[T] = await _in(READERS, partial(desk.seen_by, who, view, *args, **kw))
    if seen.unnoted:
        await _in(WRITERS, seen.note)
    return seen.found


def _remembering(work: Callable[[Session, datetime], T]) -> T:
    with reading(Remembering) as session:
        return work(session, clock.now())


async def write(work: Callable[[], T]) -> T:
    """`work()` in a writer's thread: it goes on to its end even when nobody waits for it any more."""
    return await _in(WRITERS, work)


async def act_as(who: str, use_case: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
    """`use_case(act, *args)` in one transaction of the person of this cookie hash; nobody may act.

    A refusal is an answer, not an error.
    """
    now = clock.now()  # the click counts, not the moment the lock was free
    return await answered(partial(desk.act, who, use_case, *args, now=now, **kw))


async def answered(work: Callable[[], T]) -> T | Refused:
    """`work()` in a writer's thread, to its end; a refusal is its answer."""

    def done() -> T | Refused:
        try:
            return work()
        except Refused as refused:
            return refused

    return await write(done)


async def _in(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work)
