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
        (date(2026, 10, 8), date(2026, 10, 10)),  # make-up Saturday 10 October is the second day
        (date(2026, 10, 9), date(2026, 10, 12)),  # and the first one of a Friday's request
        (date(2026, 2, 12), date(2026, 2, 14)),  # Friday and make-up Saturday
        (date(2026, 2, 27), date(2026, 3, 2)),  # make-up Saturday 28 February, then Monday
        (date(2026, 2, 15), date(2026, 2, 25)),  # the first day of Spring Festival
        (date(2026, 12, 29), date(2026, 12, 31)),  # the year ends in time
        (date(2026, 12, 31), date(2027, 1, 5)),  # 1 January is free, then a weekend
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


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        (datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC), date(2026, 10, 9)),  # the last second before National Day
        (datetime(2026, 9, 30, 16, 0, tzinfo=UTC), date(2026, 10, 9)),  # 1 October has begun in Shanghai: the same
        (datetime(2026, 10, 7, 16, 0, tzinfo=UTC), date(2026, 10, 10)),  # 8 October has begun: it does not count
    ],
)
def test_the_day_changes_at_midnight_in_shanghai(moment: datetime, last: date) -> None:
    assert work_calendar().due(moment, 2) == end_of(last)


def test_an_expected_year_knows_the_statutory_days_but_no_make_up_days() -> None:
    calendar = work_calendar()
    assert 2027 not in calendar.years and 2026 in calendar.years
    assert not calendar.is_workday(date(2027, 10, 1)) and not calendar.is_workday(date(2027, 5, 1))
    assert calendar.made_up(2027) == []
