"""The world outside, as it is now: what acts and looks are made with."""

from datetime import datetime

from sqlmodel import Session

from cardmall.adapters import clock
from cardmall.adapters.vault import vault
from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import SYSTEM, Actor
from cardmall.reads.look import Look, World
from cardmall.reads.people import require
from cardmall.services.act import Act


def world() -> World:
    """The calendar and the vault in force."""
    return World(work_calendar(), vault())


def an_act(session: Session, who: Actor | None, *, now: datetime | None = None, cause: str = "") -> Act:
    """An act of `who`, now unless told when; `cause`: the key of the job that runs it. Refused: nobody may act."""
    return Act(session, require(who), now or clock.now(), world(), cause=cause)


def our_act(session: Session, *, now: datetime | None = None, cause: str = "") -> Act:
    """An act of the house itself: of a job, of the channel, or before somebody is known."""
    return an_act(session, SYSTEM, now=now, cause=cause)


def a_look(session: Session, who: Actor | None, *, now: datetime | None = None) -> Look:
    """A look of `who` (None: nobody), now unless told when."""
    return Look(session, who, now or clock.now(), world())
