"""Two pools, so that a list still opens while every writer waits for the lock."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlmodel import Session

from cardmall.adapters import clock, looks
from cardmall.adapters.budgets import spend
from cardmall.adapters.db import Remembering, reading, transaction
from cardmall.adapters.world import a_look, an_act
from cardmall.domain.terms import Actor, Refused
from cardmall.reads.people import actor_of, require

T = TypeVar("T")

READERS = ThreadPoolExecutor(8, "reader")
WRITERS = ThreadPoolExecutor(8, "writer")


async def read(query: Callable[..., T], *args: Any) -> T:
    """`query(look, *args)` of nobody on its own connection, off the loop."""
    return await _in(READERS, partial(_remembering, lambda session, now: query(a_look(session, None, now=now), *args)))


async def read_as(who: str, query: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
    """`query(look, *args)` for the person of this cookie hash; `look.who` is None for nobody."""

    def work(session: Session, now: datetime) -> tuple[T | Refused, Actor | None, list[int]]:
        actor = actor_of(session, who, now)
        try:
            found: T | Refused = query(a_look(session, actor, now=now), *args, **kw)
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
    """`use_case(act, *args)` in one transaction of the person of this cookie hash; nobody may act.

    A refusal is an answer, not an error.
    """
    now = clock.now()  # the click counts, not the moment the lock was free

    def work() -> T | Refused:
        try:
            with transaction() as session:
                actor = require(actor_of(session, who, now))
                spend(actor, use_case.__name__)
                return use_case(an_act(session, actor, now=now), *args, **kw)
        except Refused as refused:
            return refused

    return await _in(WRITERS, work)


async def _in(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work)
