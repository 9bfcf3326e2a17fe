"""Working days on a small calendar made up for the test; the real one is proven beside its adapter."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.calendar import SHANGHAI, WorkCalendar, end_of, in_shanghai

THURSDAY = date(2026, 1, 1)
SHORT = WorkCalendar(
    off=frozenset({THURSDAY, date(2026, 1, 2)}), work=frozenset({date(2026, 1, 4)}), years=frozenset({2026})
)


@pytest.mark.parametrize(
    ("day", "works"),
    [(THURSDAY, False), (date(2026, 1, 3), False), (date(2026, 1, 4), True), (date(2026, 1, 5), True)],
)
def test_it_knows_days_off_and_make_up_days(day: date, works: bool) -> None:
    assert SHORT.is_workday(day) is works


def test_the_day_ends_at_24_in_shanghai() -> None:
    assert end_of(date(2026, 1, 4)) == datetime(2026, 1, 4, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (datetime(2026, 1, 1, 3, tzinfo=UTC), date(2026, 1, 5)),  # asked on a holiday: Sunday works, then Monday
        (datetime(2026, 1, 4, 15, 59, 59, tzinfo=UTC), date(2026, 1, 6)),  # the last second of Sunday
        (datetime(2026, 1, 4, 16, 0, tzinfo=UTC), date(2026, 1, 7)),  # already Monday in Shanghai
    ],
)
def test_the_day_of_asking_does_not_count(start: datetime, last: date) -> None:
    assert SHORT.due(start, 2) == end_of(last)


@given(
    st.integers(0, 366 * 24 * 60).map(lambda m: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=m)),
    st.integers(0, 12),
)
def test_exactly_the_promised_working_days_lie_between(start: datetime, days: int) -> None:
    due = SHORT.due(start, days)
    today, last = start.astimezone(SHANGHAI).date(), (due - timedelta(seconds=1)).astimezone(SHANGHAI).date()
    between = [today + timedelta(days=n) for n in range(1, (last - today).days + 1)]
    assert sum(SHORT.is_workday(day) for day in between) == days
    assert due > start


def test_a_deadline_at_24_on_new_years_eve_belongs_to_the_old_year() -> None:
    assert SHORT.is_certain(end_of(date(2026, 12, 31)))
    assert not SHORT.is_certain(end_of(date(2027, 1, 1)))


@pytest.mark.parametrize(
    ("now", "last", "days"),
    [
        (datetime(2026, 1, 1, 3, tzinfo=UTC), date(2026, 1, 5), 2),  # Sunday works, then Monday
        (datetime(2026, 1, 4, 15, 59, 59, tzinfo=UTC), date(2026, 1, 5), 1),  # the last second of Sunday
        (datetime(2026, 1, 4, 16, 0, tzinfo=UTC), date(2026, 1, 5), 0),  # already the last day
        (datetime(2026, 1, 1, 3, tzinfo=UTC), date(2026, 1, 3), 0),  # nothing but days off
        (datetime(2026, 1, 8, 3, tzinfo=UTC), date(2026, 1, 5), 0),  # over
    ],
)
def test_the_days_left_are_those_after_today(now: datetime, last: date, days: int) -> None:
    assert SHORT.days_left(now, end_of(last)) == days


@given(
    st.integers(0, 366 * 24 * 60).map(lambda m: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=m)),
    st.integers(0, 12),
)
def test_a_deadline_just_given_leaves_all_its_days(start: datetime, days: int) -> None:
    assert SHORT.days_left(start, SHORT.due(start, days)) == days


@given(st.dictionaries(st.dates(date(2025, 12, 25), date(2026, 1, 10)), st.booleans()))
def test_a_day_set_by_hand_counts_as_set_and_no_other_day_changes(days: dict[date, bool]) -> None:
    other = SHORT.with_days(days)
    for n in range(-9, 12):
        day = THURSDAY + timedelta(days=n)
        assert other.is_workday(day) is days.get(day, SHORT.is_workday(day))
    assert other.years == SHORT.years


def test_the_last_word_on_a_day_wins() -> None:
    free = SHORT.with_days({date(2026, 1, 4): False, date(2026, 1, 5): False})
    assert not free.is_workday(date(2026, 1, 4)) and not free.is_workday(date(2026, 1, 5))
    again = free.with_days({date(2026, 1, 4): True, date(2026, 1, 5): True})
    assert again.is_workday(date(2026, 1, 4)) and again.is_workday(date(2026, 1, 5))


def test_a_year_tells_its_free_days_beyond_weekends_and_the_weekends_that_work() -> None:
    assert list(SHORT.rests(2026)) == [(THURSDAY, date(2026, 1, 3))]
    assert SHORT.made_up(2026) == [date(2026, 1, 4)]
    eve = WorkCalendar(off=frozenset({date(2026, 12, 31)}))
    assert list(eve.rests(2026)) == [(date(2026, 12, 31), date(2026, 12, 31))]


def test_a_moment_names_its_day_only_when_that_is_another() -> None:
    now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    assert in_shanghai(now + timedelta(minutes=30), now) == "23:30"
    assert in_shanghai(now + timedelta(hours=2), now) == "11-24 01:00"
