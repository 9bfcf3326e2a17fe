"""Whoever presses again and again fills no table; what is done with is cleared away."""

from datetime import timedelta

import pytest

from cardmall.adapters import clock, db, jobs
from cardmall.adapters.workdays import work_calendar
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.upkeep import PruneJobs
from cardmall.models import Attempt, CalendarDay, Job
from cardmall.services.act import schedule
from cardmall.services.case.attempts import note_attempt
from cardmall.services.case.replies import remind_merchant
from cardmall.worker import take_up
from tests.town import AUTO, DAY, MANUAL, MINUTE, Town, act, count, move_clock, rows, run_jobs


def test_refused_reminders_are_written_ten_times_and_then_no_more(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request()
    for n in range(15):
        act(remind_merchant, town.alice, tale.case.no, now=tale.at + n * MINUTE)
    assert (tale.case.reminds, tale.verbs.count("remind_refused")) == (1, limits.REFUSALS_KEPT)
    act(remind_merchant, town.alice, tale.case.no, now=tale.at + limits.REMIND_EVERY)
    assert tale.case.reminds == 2


def test_presses_on_a_closed_way_are_written_ten_times_in_half_a_day(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()

    def press(minutes: int) -> int:
        told = {"way": "return", "reason": "other", "text": "不要了", "lease": ""}
        return act(note_attempt, town.alice, tale.no, **told, now=tale.at + minutes * MINUTE)

    made = [press(n) for n in range(15)]
    assert count(Attempt) == limits.REFUSALS_KEPT == len(set(made))
    assert press(0) == made[-1]
    assert press(24 * 60) not in made


def test_refusals_are_throttled_by_a_limit_of_their_own(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reminders more often would not let presses be written more often."""
    monkeypatch.setattr(limits, "REMIND_EVERY", MINUTE)
    tale = town.tale().order(AUTO).pay()
    told = {"way": "return", "reason": "other", "text": "不要了", "lease": ""}
    for n in range(15):
        act(note_attempt, town.alice, tale.no, **told, now=tale.at + n * MINUTE)
    assert count(Attempt) == limits.REFUSALS_KEPT


def test_a_periodic_job_runs_once_in_its_slot(town: Town) -> None:
    for _ in range(3):
        jobs.tick()
    assert count(Job, Job.kind == "prune_jobs") == 1
    move_clock(DAY)
    jobs.tick()
    assert count(Job, Job.kind == "prune_jobs") == 2


def test_jobs_done_long_ago_are_cleared_away_and_open_ones_stay(town: Town) -> None:
    with db.transaction() as session:
        for key in ("old", "open", "new"):
            schedule(our_act(session), PruneJobs(named=key), clock.now() - timedelta(minutes=1))
    for row, state, days in (("old", "done", 61), ("open", "open", 61), ("new", "done", 59)):
        with db.transaction() as session:
            job = session.merge(rows(Job, Job.key == row)[0])
            job.state, job.due_at, job.kind = state, clock.now() - timedelta(days=days), "unknown"
    jobs.tick()
    run_jobs()
    assert {job.key for job in rows(Job, Job.kind == "unknown")} == {"open", "new"}


def test_a_worker_takes_up_the_day_another_process_set(town: Town) -> None:
    today = clock.now().date() + timedelta(days=30)
    before = work_calendar().is_workday(today)
    with db.transaction() as session:
        session.add(
            CalendarDay(day=today, works=not before, at=clock.now(), actor_id=town.carol.id)
        )  # nothing is announced: it came from elsewhere
    assert work_calendar().is_workday(today) is before
    take_up()
    assert work_calendar().is_workday(today) is not before
    with db.transaction() as session:
        session.delete(session.get_one(CalendarDay, today))
    take_up()
