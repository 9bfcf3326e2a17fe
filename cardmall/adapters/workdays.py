"""The WorkCalendar in force.

Official years come from chinesecalendar, later ones are estimated from the statutory days of `holidays`.
"""

from datetime import date, timedelta
from functools import cache

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs]
import holidays

from cardmall.domain.calendar import WorkCalendar

_FIRST, _LAST = 2020, 2032


def _days(year: int) -> list[date]:
    start = date(year, 1, 1)
    return [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]


def _official() -> list[int]:
    known = {day.year for day in chinese_calendar.constants.holidays}
    return [year for year in range(_FIRST, _LAST + 1) if year in known]


@cache
def work_calendar() -> WorkCalendar:
    """Built once; a year outside the official ones makes a promise 预计."""
    official = _official()
    off: set[date] = set(holidays.country_holidays("CN", years=set(range(_FIRST, _LAST + 1)) - set(official)))
    work: set[date] = set()
    for day in (day for year in official for day in _days(year)):
        rests = bool(chinese_calendar.is_holiday(day))  # pyright: ignore[reportUnknownMemberType]
        if rests and day.weekday() < 5:
            off.add(day)
        elif not rests and day.weekday() >= 5:
            work.add(day)
    return WorkCalendar(frozenset(off), frozenset(work), frozenset(official))
