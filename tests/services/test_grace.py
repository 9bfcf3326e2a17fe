"""Bob is silent: reminded, overdue, then the platform acts; only the clock and the worker tell the story."""

from datetime import UTC, datetime, timedelta

import pytest

from cardmall.adapters import db
from cardmall.domain.terms import Reason
from cardmall.models import Job
from cardmall.views.shopper.inbox import inbox_view
from tests.town import AUTO, CALENDAR, DAY, HOUR, MANUAL, MINUTE, Tale, Town, a_look, refused, rows, run_jobs, set_clock

pytestmark = pytest.mark.today

WEDNESDAY = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 24:00 in Shanghai: the deadline of a Monday's request
THURSDAY, SECOND = WEDNESDAY + DAY, timedelta(seconds=1)


def at(moment: datetime) -> None:
    """The clock shows it, the worker does what is due."""
    set_clock(moment)
    run_jobs()
    assert not rows(Job, Job.state == "dead")


def asked(town: Town) -> Tale:
    return town.tale().order(MANUAL).pay().request()


def returned(town: Town) -> Tale:
    return town.tale().order(AUTO).pay().deliver().request(way="return")


def hours_told(tale: Tale) -> list[int]:
    return [e.data["hours"] for e in tale.events if e.verb == "deadline_near"]


def test_bob_is_reminded_24_and_2_hours_before(town: Town) -> None:
    tale = asked(town)
    at(WEDNESDAY - 25 * HOUR)
    assert hours_told(tale) == []
    at(WEDNESDAY - 24 * HOUR)
    assert hours_told(tale) == [24]
    at(WEDNESDAY - 2 * HOUR)
    assert hours_told(tale) == [24, 2]
    assert tale.told(town.bob).count("deadline_near") == 2
    assert "deadline_near" not in tale.told(town.alice)


def test_after_a_standstill_one_reminder_tells_the_time_that_is_left(town: Town) -> None:
    tale = asked(town)
    at(WEDNESDAY - 80 * MINUTE)
    assert [(e.data["hours"], e.data["minutes"]) for e in tale.events if e.verb == "deadline_near"] == [(2, 80)]
    assert tale.told(town.bob).count("deadline_near") == 1
    with db.reading() as session:
        assert [row.minutes for row in inbox_view(a_look(session, town.bob)).rows if row.kind == "deadline_near"] == [
            80
        ]


@pytest.mark.parametrize("act", ["approve", "withdraw", "ask", "offer"])
def test_nobody_is_reminded_of_a_deadline_that_stands_no_more(town: Town, act: str) -> None:
    tale = asked(town)
    getattr(tale, act)(*(("50",) if act == "offer" else ()))
    at(WEDNESDAY - HOUR)
    assert hours_told(tale) == []


def test_a_reminder_so_late_that_the_deadline_passed_is_none(town: Town) -> None:
    tale = asked(town)
    at(WEDNESDAY + SECOND)
    assert (hours_told(tale), tale.case.status) == ([], "overdue")


def test_undelivered_the_platform_approves_after_one_more_business_day(town: Town) -> None:
    tale = asked(town)
    at(WEDNESDAY + SECOND)
    assert (tale.case.status, tale.case.grace_at) == ("overdue", THURSDAY)
    at(THURSDAY - 5 * SECOND)
    assert (tale.case.status, tale.refunds) == ("overdue", [])
    at(THURSDAY + SECOND)
    assert (tale.case.status, tale.row.status) == ("approved", "canceled")
    assert [(r.amount, r.cause) for r in tale.refunds] == [(9900, "case")]
    (approved,) = [e for e in tale.events if e.verb == "case_approved"]
    assert (approved.role, approved.cause) == ("system", f"end_grace:{tale.case.no}")
    assert "case_approved" in tale.told(town.alice) and "case_approved" in tale.told(town.bob)
    at(THURSDAY + 3 * DAY)
    assert len(tale.refunds) == tale.verbs.count("case_approved") == 1


def test_a_friday_deadline_gives_grace_until_monday(town: Town) -> None:
    tale = town.tale(datetime(2026, 11, 25, 8, 0, tzinfo=UTC)).order(MANUAL).pay().request()
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert tale.case.deadline == friday
    at(friday + SECOND)
    assert tale.case.grace_at == friday + 3 * DAY


def test_a_deadline_in_a_year_the_calendar_does_not_know_is_expected_only(town: Town) -> None:
    tale = town.tale(datetime(2026, 12, 29, 8, 0, tzinfo=UTC)).order(MANUAL).pay().request()
    assert (tale.case.deadline, tale.case.estimated) == (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), False)
    tale.lapse()
    assert (tale.case.deadline.year, tale.case.status, tale.case.estimated) == (2027, "overdue", True)
    delivered = town.tale(datetime(2026, 12, 29, 8, 0, tzinfo=UTC)).order(AUTO).pay().deliver().request(way="return")
    assert (delivered.lapse().case.status, delivered.case.estimated) == ("appeal", True)


def test_a_late_worker_gives_no_longer_grace(town: Town) -> None:
    tale = asked(town)
    at(THURSDAY + DAY)
    assert (tale.case.status, tale.case.grace_at) == ("approved", THURSDAY)


def test_bob_may_still_approve_in_the_grace_and_it_happens_once(town: Town) -> None:
    tale = asked(town)
    at(WEDNESDAY + SECOND)
    tale.at = WEDNESDAY + HOUR
    assert refused(tale.reject, "other", "不").reason is Reason.stale
    assert tale.approve().case.status == "approved"
    at(THURSDAY + SECOND)
    assert len(tale.refunds) == tale.verbs.count("case_approved") == 1
    (approved,) = [e for e in tale.events if e.verb == "case_approved"]
    assert approved.role == "merchant"


def test_alice_withdraws_in_the_grace_and_nothing_is_approved(town: Town) -> None:
    tale = asked(town)
    at(WEDNESDAY + SECOND)
    tale.at = WEDNESDAY + HOUR
    tale.withdraw()
    at(THURSDAY + DAY)
    assert (tale.case.status, tale.row.status, tale.refunds) == ("withdrawn", "awaiting_delivery", [])


def test_delivered_the_platform_takes_over_at_once_and_never_decides(town: Town) -> None:
    tale = returned(town)
    at(WEDNESDAY + SECOND)
    assert (tale.case.status, tale.case.grace_at) == ("appeal", None)
    assert tale.verbs[-2:] == ["case_overdue", "case_escalated"]
    assert tale.case.deadline == CALENDAR.due(WEDNESDAY + SECOND, 3)
    for person in (town.alice, town.bob, town.carol):
        assert tale.told(person)[-2:] == ["case_overdue", "case_escalated"]
    at(tale.case.deadline + 20 * DAY)
    assert (tale.case.status, tale.refunds, tale.card_states) == ("appeal", [], ["sealed"])


def test_bob_concedes_and_everything_comes_back_without_a_fee(town: Town) -> None:
    town.sell("with-fee", 1, fee_permille=50)
    tale = town.tale().order("with-fee").pay().deliver().request(way="return")
    assert (tale.case.fee, tale.case.amount) == (495, 9405)
    at(WEDNESDAY + SECOND)
    tale.at = WEDNESDAY + HOUR
    tale.concede()
    assert (tale.case.status, tale.case.ended_at is not None) == ("ruled_shopper", True)
    assert ([r.amount for r in tale.refunds], tale.card_states, tale.row.status) == ([9900], ["voided"], "canceled")
    assert tale.told(town.alice)[-1] == "case_conceded"
    tale.refund_arrives()
    assert tale.money() == {}
    assert refused(tale.concede).reason is Reason.stale


def test_a_case_answered_in_the_deadline_second_is_not_overdue(town: Town) -> None:
    tale = asked(town)
    tale.at = WEDNESDAY
    tale.ask()
    at(WEDNESDAY + SECOND)
    assert (tale.case.status, tale.case.days_left) == ("info_requested", 0)
    at(WEDNESDAY + 2 * DAY + SECOND)
    assert (tale.case.status, tale.case.deadline) == ("review", datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
