"""Working days and deadlines in Asia/Shanghai (Civil Code art. 201-203)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class WorkCalendar:
    """Days off (holidays on weekdays), make-up working days on weekends, and the years officially known."""

    off: AbstractSet[date] = frozenset()
    work: AbstractSet[date] = frozenset()
    years: AbstractSet[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def due(self, start: datetime, days: int) -> datetime:
        """24:00 Shanghai of the last of `days` working days, as aware UTC; the day of `start` does not count."""
        day = start.astimezone(SHANGHAI).date()
        while days:
            day += timedelta(days=1)
            days -= self.is_workday(day)
        return end_of(day)

    def days_left(self, now: datetime, deadline: datetime) -> int:
        """Working days after the day of `now`, up to the day that ends with `deadline`."""
        day, last = (m.astimezone(SHANGHAI).date() for m in (now, deadline - timedelta(seconds=1)))
        return sum(self.is_workday(day + timedelta(days=n)) for n in range(1, (last - day).days + 1))

    def is_certain(self, moment: datetime) -> bool:
        """False when the year of a deadline is not officially known yet: the promise is then 预计."""
        return (moment - timedelta(seconds=1)).astimezone(SHANGHAI).year in self.years


def end_of(day: date) -> datetime:
    """24:00 Shanghai of `day`, as aware UTC."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
