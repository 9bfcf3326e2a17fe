"""Threads that run jobs for as long as a process lasts."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

from cardmall.adapters import clock, db, jobs, workdays


def take_up() -> None:
    """The clock and the working days as they are now, whoever set them."""
    with db.reading() as session:
        clock.load_clock(session)
        workdays.load_calendar(session)


@contextlib.asynccontextmanager
async def job_workers(threads: int) -> AsyncIterator[None]:
    """Run jobs in `threads` threads while the block lasts; what is in flight may finish."""
    stop = threading.Event()
    running = [threading.Thread(target=jobs.work, args=(stop, take_up), daemon=True) for _ in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        jobs.wake.set()
        await asyncio.to_thread(lambda: [thread.join(10) for thread in running])
