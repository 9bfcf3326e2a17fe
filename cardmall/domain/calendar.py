"""Working days and deadlines in Asia/Shanghai (Civil Code art. 201-203)."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
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

    def with_days(self, days: Mapping[date, bool]) -> "WorkCalendar":
        """The same with single days set by hand: True works, False rests."""
        on, off = ({day for day, works in days.items() if works is kind} for kind in (True, False))
        return replace(self, work=(self.work | on) - off, off=(self.off | off) - on)

    def rests(self, year: int) -> Iterator[tuple[date, date]]:
        """First and last day of every run of free days that is more than a weekend."""
        run: list[date] = []
        for day in (*_days_of(year), None):
            if day and not self.is_workday(day):
                run.append(day)
                continue
            if any(d.weekday() < 5 for d in run):
                yield run[0], run[-1]
            run = []

    def made_up(self, year: int) -> list[date]:
        """The Saturdays and Sundays that work."""
        return [day for day in _days_of(year) if day.weekday() >= 5 and self.is_workday(day)]

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


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def in_shanghai(at: datetime, now: datetime) -> str:
    """`at` in Shanghai as "14:05", with the day ("11-24 14:05") when it is another than that of `now`."""
    here = at.astimezone(SHANGHAI)
    return f"{here:%H:%M}" if here.date() == now.astimezone(SHANGHAI).date() else f"{here:%m-%d %H:%M}"


def day_of(at: datetime) -> date:
    """The day in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 Shanghai of `day`, as aware UTC."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
