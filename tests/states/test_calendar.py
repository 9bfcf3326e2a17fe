"""Carol at the working calendar, through the handlers anybody may call."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from cardmall.adapters import clock, db, workdays
from cardmall.adapters.workdays import published, work_calendar
from cardmall.domain.calendar import SHANGHAI
from cardmall.models import CalendarDay
from cardmall.states.admin.calendar import CalendarState
from tests.states.test_desks import page_of, run, town  # noqa: F401 - the fixture
from tests.town import count

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture(autouse=True)
def published_again() -> Iterator[None]:
    yield
    workdays._in_force = None


def a_day() -> str:
    """A working day, whatever day the tests run on."""
    day = (clock.now().astimezone(SHANGHAI) + timedelta(days=100)).date()
    while not published().is_workday(day):
        day += timedelta(days=1)
    return day.isoformat()


def test_carol_sets_a_day_and_takes_it_back() -> None:
    page, day = page_of(CalendarState, "carol", "/admin/calendar"), a_day()
    run(page.load())
    assert page.loaded and page.view.years and page.view.days == []
    run(page.save({"day": day, "works": "rest", "note": "停电"}))
    assert [row.day for row in page.view.days] == [day]
    assert (page.saved, page.day_error, page.works_error) == (1, "", "")
    assert work_calendar() != published()
    run(page.remove(day))
    assert page.view.days == [] and work_calendar() == published()


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"day": "", "works": ""}, ("required", "required", "")),
        ({"day": "1999-01-01", "works": "rest", "note": "x" * 41}, ("out_of_range", "", "too_long")),
        (None, ("required", "required", "")),
        ([1], ("required", "required", "")),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(form: Any, errors: tuple[str, str, str]) -> None:
    page = page_of(CalendarState, "carol", "/admin/calendar")
    run(page.load())
    run(page.save(form))
    assert (page.day_error, page.works_error, page.note_error) == errors
    assert (page.saved, count(CalendarDay)) == (0, 0)


@pytest.mark.parametrize("token", ["", "unknown", "alice", "bob", "erin"])
def test_nobody_else_sees_or_sets_anything(token: str) -> None:
    day = a_day()
    owner = page_of(CalendarState, "carol", "/admin/calendar")
    run(owner.save({"day": day, "works": "rest"}))
    page = page_of(CalendarState, token, "/admin/calendar")
    run(page.load())
    run(page.save({"day": a_day(), "works": "work"}))
    run(page.remove(day))
    assert (page.view.years, page.view.days) == ([], [])
    with db.reading() as session:
        rows = session.exec(select(CalendarDay)).all()
    assert [(row.day.isoformat(), row.works) for row in rows] == [(day, False)]
