"""Runs the job rows: claim, act outside any transaction, then the business change and "done" in one transaction."""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.adapters import clock, db
from cardmall.adapters.loop import repeat
from cardmall.adapters.world import our_act
from cardmall.domain.jobs import JobKind, Task, read_task
from cardmall.domain.topics import JOBS, Topic
from cardmall.domain.upkeep import OfSlot
from cardmall.models import Job
from cardmall.services.act import Act, schedule
from cardmall.services.ending import finish

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # longer than any act() may last
MAX_FAILURES = 8
POLL = 1.0

T = TypeVar("T", bound=Task)
S = TypeVar("S", bound=OfSlot)
Outside = Callable[[T], Any]
Apply = Callable[[Act, T, Any], timedelta | None]
PERIODIC: dict[type[OfSlot], timedelta] = {}
HANDLERS: dict[JobKind, tuple[Outside[Any] | None, Apply[Any]]] = {}
wake = threading.Event()


class Lost(Exception):
    """Another worker, or a repair, has the job by now: what this run wrote is taken back."""


class Again(Exception):
    """Not settled yet. Raised by act() or apply(); what apply() wrote is taken back."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


def handler(task: type[T], act: Outside[T] | None = None) -> Callable[[Apply[T]], Apply[T]]:
    """Register apply(act, task, result) for tasks of this type; act(task) runs first, outside, idempotent by its key.

    apply() returns None when the job is done with, or how long until it runs again; what it wrote stays.
    """

    def register(apply: Apply[T]) -> Apply[T]:
        HANDLERS[task.kind] = (act, apply)
        return apply

    return register


def periodic(task: type[S], every: timedelta, act: Outside[S] | None = None) -> Callable[[Apply[S]], Apply[S]]:
    """The same, run once in every slot of this length; missed slots are not made up."""
    PERIODIC[task] = every
    return handler(task, act)


def tick() -> None:
    """One job per periodic task and slot; its unique key makes all processes agree."""
    now = clock.now()
    slots = [task(int(now.timestamp() // every.total_seconds())) for task, every in PERIODIC.items()]
    with db.reading() as session:
        known = set(session.exec(select(Job.key).where(col(Job.key).in_([task.key for task in slots]))))
    if fresh := [task for task in slots if task.key not in known]:
        with db.transaction() as session:
            act = our_act(session, now=now)
            for task in fresh:
                schedule(act, task, now)


def claim_one() -> Job | None:
    """Take the job due longest for one LEASE; idle, it takes no write lock. A kind unknown to this release waits."""
    now = clock.now()
    ready = (col(Job.state) == "open", col(Job.due_at) <= now, col(Job.kind).in_(list(HANDLERS)))
    due = sa.select(col(Job.id)).where(*ready).order_by(col(Job.due_at), col(Job.id)).limit(1)
    with db.reading() as session:
        if session.scalar(due) is None:
            return None
    with db.transaction() as session:
        return session.scalar(
            sa.update(Job)
            .where(col(Job.id) == due.with_for_update(skip_locked=True).scalar_subquery(), *ready)
            .values(due_at=now + LEASE, claim=Job.claim + 1, failures=Job.failures + 1)
            .returning(Job)
        )


def _mine(job: Job) -> sa.Update:
    return sa.update(Job).where(col(Job.id) == job.id, col(Job.claim) == job.claim, col(Job.state) == "open")


def run_one(job: Job) -> None:
    """Act, then apply and finish, or put off, in one transaction; a lost lease changes nothing."""
    act, apply = HANDLERS[JobKind(job.kind)]
    try:
        task = read_task(job.kind, job.args, job.order_id, job.key)
        if job.failures > MAX_FAILURES:
            raise RuntimeError("the worker died on every attempt")
        result = act(task) if act else None
        db.in_transaction(lambda session: _apply(session, job, lambda act: apply(act, task, result)))
    except Lost:
        log.info("job %s was taken from this worker", job.key)
    except Again as again:
        _put_back(job, again.seconds, failures=0)
    except Exception:
        log.exception("job %s failed", job.key)
        _put_back(job, min(3600, 2**job.failures), failures=job.failures, error=traceback.format_exc()[-1000:])


def _apply(session: Session, job: Job, change: Callable[[Act], timedelta | None]) -> None:
    """The job's effect, then its own row: an act that holds what the effect needs may reopen this very job."""
    wait = change(our_act(session, cause=job.key))
    finish(session)
    fresh: dict[str, Any] = {"state": "done"}
    if wait is not None:
        fresh = {"failures": 0, "error": "", "due_at": clock.now() + wait}
    if not session.connection().execute(_mine(job).values(**fresh)).rowcount:
        raise Lost


def _put_back(job: Job, seconds: float, *, failures: int, error: str = "") -> None:
    state = "dead" if failures >= MAX_FAILURES else "open"
    due_at = clock.now() + timedelta(seconds=seconds)
    with db.transaction() as session:
        session.connection().execute(_mine(job).values(state=state, failures=failures, error=error, due_at=due_at))


def run_due(stop: threading.Event | None = None) -> int:
    """Run what is due, in this thread; how many ran. Tests call it after moving the clock."""
    count = 0
    while not (stop and stop.is_set()) and (job := claim_one()):
        run_one(job)
        count += 1
    return count


def work(stop: threading.Event, take_up: Callable[[], None], poll: float = POLL) -> None:
    """Run jobs until told to stop; `take_up` is called before each look: what another process changed counts here."""

    def run_what_is_due() -> int:
        take_up()
        tick()
        return run_due(stop)

    repeat(stop, wake, poll, run_what_is_due)


def _wake_up(topics: set[Topic]) -> None:
    if JOBS in topics:
        wake.set()


db.on_commit(_wake_up)
