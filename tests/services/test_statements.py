"""对账: the gateway's statement of each day against our rows and the ledger; each difference has its repair."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import clock, db, jobs
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.terms import Actor, PaymentStatus, Reason
from cardmall.models import Event, Job, Mismatch, Notice, Statement
from cardmall.reads.statements import days_to_check
from cardmall.services.money.statements import close_mismatch, repair_mismatch
from cardmall.services.order.orders import start_payment
from cardmall.views.admin.abnormal import abnormal_page
from cardmall.views.admin.statements import StatementsView, statements_view
from tests.bank import at_the_bank, bank, fault, sandbox
from tests.services.test_redirects import redirect, stuck
from tests.town import (
    AUTO,
    DAY,
    MANUAL,
    MINUTE,
    NOW,
    Tale,
    Town,
    act,
    count,
    move_clock,
    refused,
    rows,
    run_jobs,
    set_clock,
)

pytestmark = pytest.mark.today

TODAY = NOW.astimezone(SHANGHAI).date()


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    sandbox().control(forget=True)
    set_clock(NOW)


def next_day() -> None:
    """The night passes, and the worker looks at the day that is over."""
    move_clock(DAY)
    jobs.tick()
    run_jobs()


def seen(town: Town) -> StatementsView:
    return act(statements_view, town.carol, now=clock.now())


def found() -> list[tuple[str, str, int, int]]:
    return [(m.difference, m.number, m.told, m.ours) for m in rows(Mismatch)]


def paid_at_the_wallet(town: Town) -> Tale:
    """The money came to the channel; every word of it is lost."""
    tale = town.tale().order(AUTO)
    number = act(start_payment, town.alice, tale.no, channel="alipay", consent=True, now=clock.now())
    sandbox().open(number, "alipay", tale.row.total)
    fault("lost", "callback")
    sandbox().press(number, "pay")
    with db.transaction() as session:  # and nobody asks any more
        session.connection().execute(sa.update(Job).where(col(Job.kind) == "query_payment").values(state="done"))
    return tale


def test_a_day_on_which_all_agree(town: Town) -> None:
    town.tale().order(AUTO).pay()
    town.tale().order(MANUAL).pay().request().approve().refund_arrives()
    next_day()
    view = seen(town)
    assert (view.day, view.lines, view.captured, view.refunded) == (TODAY, 3, 19800, 9900)
    assert (view.open, view.rows, found()) == (0, [], [])
    assert [e.data["lines"] for e in rows(Event, Event.verb == "statement_checked")] == [3]


def test_money_we_never_heard_of_is_found_asked_about_and_agrees_by_itself(town: Town) -> None:
    tale = paid_at_the_wallet(town)
    (payment,) = tale.payments
    with db.transaction() as session:  # even closing it was forgotten
        session.connection().execute(sa.update(Job).where(col(Job.kind) == "close_payment").values(state="done"))
        session.connection().execute(sa.update(Job).where(col(Job.kind) == "expire_order").values(state="done"))
    next_day()
    assert found() == [("unheard", payment.no, 9900, 0)]
    (row,) = seen(town).rows
    assert (row.repair, row.order_no) == ("ask_channel", tale.no)
    assert "statement_differs" in {n.kind for n in rows(Notice, Notice.account_id == town.carol.id)}
    act(repair_mismatch, town.carol, row.id, now=clock.now())
    run_jobs()
    assert tale.payments[0].status is PaymentStatus.captured
    move_clock(2 * MINUTE)
    run_jobs()
    assert seen(town).rows == [] and rows(Mismatch)[0].closed_at
    assert refused(repair_mismatch_of, town.carol, row.id).reason is Reason.changed


def test_money_heard_of_days_later_is_no_new_difference_on_that_day(town: Town) -> None:
    tale = paid_at_the_wallet(town)
    spoil("UPDATE job SET state = 'done' WHERE kind IN ('close_payment', 'expire_order')")
    for _ in range(3):
        next_day()
    act(repair_mismatch, town.carol, seen(town).rows[0].id, now=clock.now())
    run_jobs()
    assert tale.payments[0].status is PaymentStatus.captured
    for _ in range(2):
        next_day()
    assert [one[0] for one in found()] == ["unheard"] and seen(town).rows == []


def test_a_refund_given_up_that_arrived_all_the_same_is_asked_about_and_agrees(town: Town) -> None:
    tale = stuck(town)
    refund = tale.refunds[0]
    sandbox().refunded(refund.no, tale.payments[0].no, refund.amount, "SEED", clock.now())
    next_day()
    (row,) = seen(town).rows
    assert (row.difference, row.repair) == ("unheard", "ask_channel")
    act(repair_mismatch, town.carol, row.id, now=clock.now())
    for _ in range(3):
        run_jobs()
        move_clock(2 * MINUTE)
    assert (tale.refunds[0].status, tale.money(), tale.row.abnormal) == ("succeeded", {}, None)
    assert seen(town).rows == []


def test_money_under_a_number_that_was_redirected_is_booked_and_for_a_person(town: Town) -> None:
    tale = stuck(town)
    refund = tale.refunds[0]
    redirect(tale)
    sandbox().refunded(refund.no, tale.payments[0].no, refund.amount, "SEED", clock.now())
    next_day()
    assert seen(town).rows == [], "heard and booked under its own number"
    assert {row.trouble: row.repair for row in act(abnormal_page, town.carol, now=clock.now()).rows} == {
        "refund_stuck": "end_arrived"
    }


def test_a_silent_channel_is_asked_for_one_statement_a_round(town: Town) -> None:
    for _ in range(5):
        move_clock(DAY)
    fault("bad_gateway", "statement", times=9)
    jobs.tick()
    run_jobs()
    assert at_the_bank("SELECT times FROM fault")[0]["times"] == 8 and count(Statement) == 0


def repair_mismatch_of(who: Actor | None, number: object) -> None:
    act(repair_mismatch, who, number, now=clock.now())


def spoil(sql: str) -> None:
    with db.transaction() as session:
        session.connection().execute(sa.text(sql))


@pytest.mark.parametrize(
    ("sql", "at_the_channel", "difference"),
    [
        ("SELECT 1", "UPDATE trade SET amount = 9899", "other_amount"),
        ("UPDATE posting SET amount = amount + 1 WHERE account = 'escrow'", "", "unbooked"),
        ("DELETE FROM posting", "", "unbooked"),
        ("SELECT 1", "DELETE FROM trade", "never_moved"),
    ],
)
def test_whatever_else_differs_waits_for_a_person(town: Town, sql: str, at_the_channel: str, difference: str) -> None:
    town.tale().order(AUTO).pay()
    spoil(sql)
    if at_the_channel:
        with bank().store.transaction() as store:
            store.execute(at_the_channel)
    next_day()
    (row,) = seen(town).rows
    assert (row.difference, row.repair) == (difference, "support")
    assert refused(repair_mismatch_of, town.carol, row.id).reason is Reason.not_allowed
    assert refused(act, close_mismatch, town.carol, row.id, note=" ", now=clock.now()).fields == {"text": "required"}
    act(close_mismatch, town.carol, row.id, note="渠道账单延迟，已核对", now=clock.now())
    assert seen(town).rows == []
    (closed,) = rows(Event, Event.verb == "mismatch_closed")
    assert (closed.note, closed.actor_id) == ("渠道账单延迟，已核对", town.carol.id)


def test_a_number_that_is_none_of_ours_has_no_order(town: Town) -> None:
    at = clock.now()
    sandbox().paid("PY-STRANGE", "alipay", 700, "T9", at)
    next_day()
    assert found() == [("unknown", "PY-STRANGE", 700, 0)] and seen(town).rows[0].order_no == ""


def test_what_came_before_midnight_and_was_heard_after_it_is_no_difference(town: Town) -> None:
    set_clock(NOW + timedelta(hours=7, minutes=59))  # 23:59 in Shanghai
    tale = paid_at_the_wallet(town)
    move_clock(2 * MINUTE)
    spoil("UPDATE job SET state = 'open' WHERE kind = 'query_payment'")
    run_jobs()
    assert tale.payments[0].status is PaymentStatus.captured
    move_clock(DAY)
    jobs.tick()
    run_jobs()
    assert [s.day for s in rows(Statement, by=Statement.day)] == [TODAY + DAY] and found() == []
    next_day()
    assert found() == []


def test_a_channel_without_a_statement_is_asked_again_until_it_has_one(town: Town) -> None:
    town.tale().order(AUTO).pay()
    fault("bad_gateway", "statement", times=2)
    next_day()
    for _ in range(2):
        assert count(Statement) == 0
        move_clock(11 * MINUTE)
        run_jobs()
    assert count(Statement) == 1


def test_days_nobody_checked_are_checked_together(town: Town) -> None:
    next_day()
    for _ in range(3):
        move_clock(DAY)
    with db.reading() as session:
        assert days_to_check(session, clock.now()) == [TODAY + timedelta(days=n) for n in (1, 2, 3)]
    jobs.tick()
    run_jobs()
    assert [s.day for s in rows(Statement, by=Statement.day)] == [TODAY + timedelta(days=n) for n in range(4)]
    assert count(Event, Event.verb == "statement_checked") == 4


def test_the_same_difference_is_told_once(town: Town) -> None:
    sandbox().paid("PY-STRANGE", "alipay", 700, "T9", clock.now())
    next_day()
    spoil("DELETE FROM statement")
    spoil("DELETE FROM job")
    jobs.tick()
    run_jobs()
    assert len(rows(Mismatch)) == 1
    assert count(Notice, Notice.kind == "statement_differs", Notice.account_id == town.carol.id) == 1


def test_strangers_see_and_close_nothing(town: Town) -> None:
    sandbox().paid("PY-STRANGE", "alipay", 700, "T9", clock.now())
    next_day()
    for who in (town.alice, town.bob, None):
        reason = Reason.not_allowed if who else Reason.sign_in_first
        assert refused(act, statements_view, who, now=NOW).reason is reason
        assert refused(repair_mismatch_of, who, 1).reason is reason
        assert refused(act, close_mismatch, who, 1, note="x", now=NOW).reason is reason
    for wrong in (0, "1", None, True, 10**30):
        assert refused(repair_mismatch_of, town.carol, wrong).reason is Reason.not_found
    assert rows(Mismatch)[0].closed_at is None
