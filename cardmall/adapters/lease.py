"""This process is alive: it says so in the database, so that what it left unanswered can be told from our fault."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator

from cardmall.adapters import clock
from cardmall.adapters.db import transaction
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.services.case.attempts import end_dead_leases, renew_lease

_log = logging.getLogger(__name__)
_mine = secrets.token_hex(8)


def mine() -> str:
    """The lease of this process, held from the first beat on."""
    return _mine


def abandon() -> None:
    """Not even the error could be written down: the lease is left to die, and with it what hangs on it."""
    global _mine
    _mine = secrets.token_hex(8)
    _beat_or_log()


def beat() -> None:
    """Alive; whoever was silent too long is dead."""
    with transaction() as session:
        renew_lease(session, _mine, real=clock.real())
        end_dead_leases(our_act(session), real=clock.real())


@contextlib.asynccontextmanager
async def held() -> AsyncGenerator[None]:
    """Lifespan: the lease is held while the block runs."""
    await asyncio.to_thread(beat)
    beating = asyncio.create_task(_go_on())
    try:
        yield
    finally:
        beating.cancel()


async def _go_on() -> None:
    while True:
        await asyncio.sleep(limits.LEASE_EVERY.total_seconds())
        await asyncio.to_thread(_beat_or_log)


def _beat_or_log() -> None:
    """Beat; a database away for a moment is logged, and the next beat says it again."""
    try:
        beat()
    except Exception:
        _log.warning("the lease of this process was not renewed", exc_info=True)
