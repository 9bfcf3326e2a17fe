"""The working calendar as admins see it: what is official, what is expected, what they set themselves."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI, WorkCalendar
from cardmall.domain.terms import Role
from cardmall.models import Account, CalendarDay
from cardmall.reads.look import Look
from cardmall.reads.people import require

YEARS = 3  # this one and the next two


@dataclass(frozen=True)
class YearView:
    """`rests`: free days beyond weekends as "10-01 – 10-07"; `made_up`: weekends that work, as "10-10"."""

    year: int
    official: bool
    rests: list[str] = field(default_factory=list)
    made_up: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SetDay:
    """A day set by hand; `published`: what the published calendar says about it."""

    day: str
    weekday: int
    works: bool
    published: bool
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class CalendarView:
    """`due`: by when a request handed in now must be answered; `first`, `last`: the days that may be set."""

    years: list[YearView] = field(default_factory=list)
    days: list[SetDay] = field(default_factory=list)
    due: datetime | None = None
    certain: bool = True
    first: str = ""
    last: str = ""


def calendar_view(look: Look, *, published: WorkCalendar) -> CalendarView:
    """For admins only."""
    require(look.who, Role.admin)
    today, due = look.now.astimezone(SHANGHAI).date(), look.world.calendar.due(look.now, limits.REVIEW_WORKDAYS)
    return CalendarView(
        years=[_year(look.world.calendar, year) for year in range(today.year, today.year + YEARS)],
        days=_set_days(look.session, published),
        due=due,
        certain=look.world.calendar.is_certain(due),
        first=today.isoformat(),
        last=(today + limits.CALENDAR_AHEAD).isoformat(),
    )


def _year(calendar: WorkCalendar, year: int) -> YearView:
    rests = [_short(first) if first == last else f"{_short(first)} – {_short(last)}" for first, last in
             calendar.rests(year)]  # fmt: skip
    return YearView(year, year in calendar.years, rests, [_short(day) for day in calendar.made_up(year)])


def _short(day: date) -> str:
    return f"{day:%m-%d}"


def _set_days(session: Session, published: WorkCalendar) -> list[SetDay]:
    found = select(CalendarDay, Account.name).join(Account).order_by(col(CalendarDay.day))
    return [
        SetDay(d.day.isoformat(), d.day.weekday(), d.works, published.is_workday(d.day), d.note, name, d.at)
        for d, name in session.exec(found)
    ]
