"""The WorkCalendar in force: the published one with the days an admin set laid over it.

Official years come from chinesecalendar, later ones are estimated from the statutory days of `holidays`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs] - nobody wrote any
import holidays
from sqlmodel import Session, select

from cardmall.adapters import db, signals
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.topics import CALENDAR, Topic
from cardmall.models import CalendarDay

_FIRST, _LAST = 2020, 2032
_in_force: WorkCalendar | None = None


def work_calendar() -> WorkCalendar:
    """Asked at every click, so it never asks the database. Years not officially known make a promise 预计."""
    return _in_force or published()


def load_calendar(session: Session) -> None:
    """Take up the set days: at start, and after one changed, in whatever process."""
    global _in_force
    _in_force = published().with_days({row.day: row.works for row in session.exec(select(CalendarDay))})


def _reload(topics: Iterable[Topic]) -> None:
    if signals.is_about(topics, CALENDAR):
        with db.reading() as session:
            load_calendar(session)


db.on_commit(_reload)
signals.on_news(_reload)


@cache
def published() -> WorkCalendar:
    """Built once."""
    official = _official()
    off: set[date] = set(holidays.country_holidays("CN", years=set(range(_FIRST, _LAST + 1)) - set(official)))
    work: set[date] = set()
    for day in (day for year in official for day in _days(year)):
        rests = bool(chinese_calendar.is_holiday(day))  # pyright: ignore[reportUnknownMemberType] - no stubs
        if rests and day.weekday() < 5:
            off.add(day)
        elif not rests and day.weekday() >= 5:
            work.add(day)
    return WorkCalendar(frozenset(off), frozenset(work), frozenset(official))


def _official() -> list[int]:
    known = {day.year for day in chinese_calendar.constants.holidays}
    return [year for year in range(_FIRST, _LAST + 1) if year in known]


def _days(year: int) -> list[date]:
    start = date(year, 1, 1)
    return [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]
