"""Threads that run jobs and send messages for as long as a process lasts."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator

from cardmall.adapters import attempts, clock, db, jobs, signals, workdays
from cardmall.adapters.messages import channels, sender
from cardmall.adapters.signals.transport import Topics
from cardmall.domain.topics import CLOCK, JOBS, OUTBOX


def take_up() -> None:
    """The clock and the working days as they are now, whoever set them."""
    with db.reading() as session:
        clock.load_clock(session)
        workdays.load_calendar(session)


@contextlib.asynccontextmanager
async def job_workers(threads: int) -> AsyncIterator[None]:
    """Run jobs in `threads` threads, and send messages, while the block lasts; what is in flight may finish.

    With 0 threads neither is done here.
    """
    with contextlib.ExitStack() as house:
        stop = threading.Event()
        running = [threading.Thread(target=jobs.work, args=(stop, take_up), daemon=True) for _ in range(threads)]
        for thread in running:
            thread.start()
        if threads:
            house.enter_context(message_sender())
        try:
            yield
        finally:
            stop.set()
            jobs.wake.set()
            await asyncio.to_thread(lambda: ([thread.join(10) for thread in running], house.close()))


@contextlib.contextmanager
def message_sender() -> Iterator[None]:
    """Send messages in a thread while the block lasts, where the settings name a channel.

    It is a thread of its own: a mail server that answers slowly holds up no refund.
    """
    stop, thread = threading.Event(), None
    if chosen := channels():
        thread = threading.Thread(target=sender.send_messages, args=(stop, chosen), daemon=True)
        thread.start()
    try:
        yield
    finally:
        stop.set()
        sender.wake.set()
        if thread:
            thread.join(10)


def _hear(topics: Topics) -> None:
    """Another process moved the demo's clock, promised a job, or left a message."""
    if signals.is_about(topics, CLOCK):
        before = clock.offset()
        take_up()
        if clock.offset() != before:
            attempts.forget_all()  # time has passed for everybody
    for topic, wake in ((JOBS, jobs.wake), (OUTBOX, sender.wake)):
        if signals.is_about(topics, topic):
            wake.set()


signals.on_news(_hear)
