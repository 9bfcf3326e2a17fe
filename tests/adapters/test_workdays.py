"""The real calendar: official holidays and make-up days; a year not yet announced makes a promise 预计."""

from datetime import UTC, date, datetime

import pytest

from cardmall.adapters.workdays import work_calendar
from cardmall.domain.calendar import SHANGHAI, end_of

NOON = 12


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, NOON, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday → Wednesday
        (date(2026, 11, 20), date(2026, 11, 24)),  # Friday → Tuesday
        (date(2026, 11, 21), date(2026, 11, 24)),  # Saturday counts as little as Friday
        (date(2025, 9, 28), date(2025, 9, 30)),  # a make-up Sunday is the day of asking
        (date(2025, 9, 30), date(2025, 10, 10)),  # National Day: 1-8 October off, 9 and 10 work
        (date(2025, 10, 3), date(2025, 10, 10)),  # asked on a holiday
        (date(2026, 2, 13), date(2026, 2, 24)),  # Spring Festival: Saturday 14 works, 15-23 off, 24 works
        (date(2026, 2, 17), date(2026, 2, 25)),  # asked on New Year's Day itself
        (date(2026, 9, 30), date(2026, 10, 9)),  # National Day 2026: 1-7 October off, 8 and 9 work
        (date(2026, 12, 30), date(2027, 1, 4)),  # 31 December works, 1 January does not, 4 January is a Monday
    ],
)
def test_two_working_days_end_at_24_of_the_second(asked: date, last: date) -> None:
    assert work_calendar().due(at_noon(asked), 2) == end_of(last)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # make-up Saturday before Spring Festival
        (date(2026, 2, 28), True),  # and after it
        (date(2026, 10, 10), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 3), False),
        (date(2026, 10, 11), False),
        (date(2027, 1, 1), False),
    ],
)
def test_it_knows_holidays_and_make_up_days(day: date, works: bool) -> None:
    assert work_calendar().is_workday(day) is works


def test_it_is_certain_of_announced_years_only() -> None:
    calendar = work_calendar()
    assert calendar.is_certain(calendar.due(at_noon(date(2026, 12, 29)), 2))  # 24:00 of 31 December
    assert not calendar.is_certain(calendar.due(at_noon(date(2026, 12, 30)), 2))
