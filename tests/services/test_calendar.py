"""Carol sets a day; new deadlines follow it, stored ones never move. Bob, Alice and strangers set nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from cardmall.adapters import db, workdays
from cardmall.adapters.workdays import published, work_calendar
from cardmall.models import CalendarDay, Event
from cardmall.services.shop.calendar import clear_workday, set_workday
from cardmall.views.admin.calendar import calendar_view
from tests.town import MANUAL, NOW, Town, a_look, act, an_act, count, refused, rows

pytestmark = pytest.mark.today

TUESDAY = "2026-11-24"
WEDNESDAY = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 24:00 in Shanghai: two business days after NOW


@pytest.fixture(autouse=True)
def published_again(town: Town) -> Iterator[None]:
    """The calendar in force outlives a database."""
    reload()
    yield
    with db.transaction() as session:
        for row in rows(CalendarDay, by=CalendarDay.day):
            session.delete(row)
    reload()


def reload() -> None:
    with db.reading() as session:
        workdays.load_calendar(session)


def set_day(town: Town, day: object, works: object, note: object = "") -> None:
    act(set_workday, town.carol, day, works, note, now=NOW)


def view(town: Town, who: str = "carol"):
    kinds = {"published": published()}
    with db.reading() as session:
        return calendar_view(a_look(session, getattr(town, who, None), now=NOW), **kinds)


def test_a_workday_becomes_free_and_the_next_deadline_knows(town: Town) -> None:
    set_day(town, TUESDAY, "rest", "停电")
    assert not work_calendar().is_workday(date(2026, 11, 24))
    assert work_calendar().due(NOW, 2) == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    (row,) = rows(CalendarDay, by=CalendarDay.day)
    assert (row.day, row.works, row.note, row.actor_id) == (date(2026, 11, 24), False, "停电", town.carol.id)


def test_a_holiday_becomes_a_workday(town: Town) -> None:
    for day in ("2026-11-28", "2027-02-06", "2027-01-01"):
        assert not work_calendar().is_workday(date.fromisoformat(day))
        set_day(town, day, "work")
        assert work_calendar().is_workday(date.fromisoformat(day))


def test_setting_it_again_replaces_it_and_clearing_brings_the_published_day_back(town: Town) -> None:
    set_day(town, TUESDAY, "rest")
    set_day(town, TUESDAY, "work", "还是上班")
    assert work_calendar().is_workday(date(2026, 11, 24)) and count(CalendarDay) == 1
    set_day(town, "2026-11-28", "work")
    act(clear_workday, town.carol, "2026-11-28", now=NOW)
    act(clear_workday, town.carol, TUESDAY, now=NOW)
    assert count(CalendarDay) == 0
    assert work_calendar() == published()
    assert [e.data for e in rows(Event, Event.verb == "workday_set")] == [
        {"day": TUESDAY, "works": False},
        {"day": TUESDAY, "works": True},
        {"day": "2026-11-28", "works": True},
        {"day": "2026-11-28", "cleared": True},
        {"day": TUESDAY, "cleared": True},
    ]


def test_a_later_change_moves_no_deadline_that_was_told(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request()
    asked = [job.due_at for job in tale.jobs("case_deadline")]
    set_day(town, TUESDAY, "rest")
    set_day(town, "2026-11-25", "rest")
    assert tale.case.deadline == WEDNESDAY
    assert [job.due_at for job in tale.jobs("case_deadline")] == asked
    assert tale.lapse().case.status == "overdue"


def test_a_refused_change_changes_nothing_in_force(town: Town) -> None:
    with pytest.raises(RuntimeError), db.transaction() as session:
        set_workday(an_act(session, town.carol, now=NOW), TUESDAY, "rest")
        raise RuntimeError
    assert work_calendar().is_workday(date(2026, 11, 24))


@pytest.mark.any_day
@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (("", "work"), {"day": "required"}),
        ((None, "rest"), {"day": "required"}),
        (("2026-02-30", "rest"), {"day": "required"}),
        (("0001-01-01", "rest"), {"day": "required"}),
        (("2026-11-22", "rest"), {"day": "out_of_range"}),
        (("2028-11-23", "rest"), {"day": "out_of_range"}),
        ((TUESDAY, ""), {"works": "required"}),
        ((TUESDAY, "moon"), {"works": "required"}),
        ((TUESDAY, ["work"]), {"works": "required"}),
        ((TUESDAY, "rest", "x" * 41), {"note": "too_long"}),
        (("x", None, "x" * 41), {"day": "required", "works": "required", "note": "too_long"}),
    ],
)
def test_every_wrong_field_is_named(town: Town, form: tuple[object, ...], fields: dict[str, str]) -> None:
    assert refused(set_day, town, *form).fields == fields
    assert count(CalendarDay) == 0


@pytest.mark.parametrize("day", ["2026-11-23", "2028-11-22"])
def test_today_and_the_last_day_of_two_years_may_be_set(town: Town, day: str) -> None:
    set_day(town, day, "rest")
    assert count(CalendarDay) == 1


@pytest.mark.any_day
@pytest.mark.parametrize("day", [TUESDAY, "moon", None, 7])
def test_clearing_what_was_never_set_is_not_found(town: Town, day: object) -> None:
    assert refused(act, clear_workday, town.carol, day, now=NOW).reason == "not_found"


@pytest.mark.any_day
@pytest.mark.parametrize("who", ["alice", "bob", "mallory", "nobody"])
def test_only_an_admin_sets_clears_and_sees(town: Town, who: str) -> None:
    set_day(town, TUESDAY, "rest")
    reason = "sign_in_first" if who == "nobody" else "not_allowed"
    stranger = getattr(town, who, None)
    assert refused(act, set_workday, stranger, "2026-11-25", "rest", now=NOW).reason == reason
    assert refused(act, clear_workday, stranger, TUESDAY, now=NOW).reason == reason
    assert refused(view, town, who).reason == reason
    assert [row.day for row in rows(CalendarDay, by=CalendarDay.day)] == [date(2026, 11, 24)]


def test_carol_sees_official_and_expected_years_and_her_own_days(town: Town) -> None:
    set_day(town, TUESDAY, "rest", "停电")
    found = view(town)
    assert [(y.year, y.official) for y in found.years] == [(2026, True), (2027, False), (2028, False)]
    this = found.years[0]
    assert "10-01 – 10-07" in this.rests and "02-15 – 02-23" in this.rests and "11-24" in this.rests
    assert {"02-14", "02-28", "09-20", "10-10"} <= set(this.made_up)
    (day,) = found.days
    assert (day.day, day.weekday, day.works, day.published) == (TUESDAY, 1, False, True)
    assert (day.note, day.by) == ("停电", "carol")
    assert (found.due, found.certain) == (datetime(2026, 11, 26, 16, 0, tzinfo=UTC), True)
    assert (found.first, found.last) == ("2026-11-23", "2028-11-22")
