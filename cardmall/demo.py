"""Demo mode: the town, its clock and its outbox. Outside demo mode every act here is refused."""

from datetime import timedelta

from sqlmodel import Session, SQLModel

from cardmall.adapters import attempts, clock, workdays
from cardmall.adapters.channels import channel
from cardmall.adapters.db import transaction
from cardmall.adapters.passwords import passwords
from cardmall.adapters.vault import vault
from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Offer, Reason, Refused
from cardmall.queries.demo import next_deadline
from cardmall.seeds import build_town, is_empty
from cardmall.seeds.people import PASSWORD
from cardmall.seeds.story import World
from cardmall.services.journal import touch
from cardmall.settings import settings

STEPS = {"minutes": timedelta(minutes=5), "day": timedelta(days=1)}
DEADLINE = "deadline"


def move_clock(step: str) -> None:
    """Move the one clock: 5 minutes, a day, or just past the next job's time; jobs then due run at once."""
    _only_in_demo()
    with transaction() as session:
        clock.advance(session, _length(session, step))
        touch(session, "jobs")
    with transaction() as session:
        clock.load(session)
        touch(session, "clock", "jobs")


def _length(session: Session, step: str) -> timedelta:
    if step in STEPS:
        return STEPS[step]
    now = clock.now()
    due = next_deadline(session, now) if step == DEADLINE else None
    return due - now + timedelta(seconds=1) if due else timedelta()


def rebuild() -> None:
    """The town as on the first day: everybody is signed out, the clock tells real time."""
    _only_in_demo()
    hashed = passwords().hash(PASSWORD)
    with transaction() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())
        clock.load(session)
        workdays.load(session)
        channel().forget()
        attempts.forget_all()
        _build(session, hashed)
        touch(session, "clock", "calendar", "jobs")


def build_if_empty() -> None:
    """The first start of a demo finds an empty house."""
    if not settings.demo:
        return
    hashed = passwords().hash(PASSWORD)
    with transaction() as session:
        if is_empty(session):
            _build(session, hashed)


def _build(session: Session, hashed: str) -> None:
    world = World(work_calendar(), vault().seal, vault().open, channel())
    build_town(session, world, hashed, now=clock.now())


def _only_in_demo() -> None:
    if not settings.demo:
        raise Refused(Reason.not_allowed, Offer.shop)
