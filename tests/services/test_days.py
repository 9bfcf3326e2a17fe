"""Days that are over are carried forward once: pages say the same before and after, and read no history."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.adapters import clock, db, jobs
from cardmall.adapters.world import a_look, our_act
from cardmall.domain import limits
from cardmall.domain.calendar import day_of, end_of
from cardmall.models import Balance, Case, Job, Order, Posting, Remembered, ShopDay
from cardmall.reads.books import last_check
from cardmall.reads.days import CLOSED, balances, last_closed, posted_between
from cardmall.services.money import days
from cardmall.views.admin.money import trial
from cardmall.views.admin.shops import shops_page
from cardmall.views.merchant.money import shop_books
from cardmall.views.merchant.record import shop_record
from tests.services.invariants import books_checks
from tests.services.test_books import PRICE, ruled_late, settled
from tests.town import AUTO, DAY, MANUAL, NOW, Town, act, look, rows, run_jobs, set_clock


def traded(town: Town) -> None:
    """Three weeks of orders, answers and refunds."""
    for ago in (21, 20, 3, 1):
        town.tale(NOW - ago * DAY).order(MANUAL).pay().request("duplicate").approve().refund_arrives()
    town.tale(NOW - 2 * DAY).order(MANUAL).pay().request().reject("other", "no")
    ruled_late(settled(town.tale(NOW - 40 * DAY).order(AUTO).pay())).refund_arrives()
    town.tale(NOW).order(MANUAL).pay()


def close_all(before: int = 0) -> int:
    """Close every day up to so many days before NOW; how many were."""
    count = 0
    while found := _next(before):
        with db.transaction() as session:
            days.close_day(our_act(session, now=NOW), found)
        count += 1
    return count


def _next(before: int) -> days.DaySums | None:
    with db.reading() as session:
        return days.sums_to_carry(session, day_of(NOW - before * DAY))


def shown(town: Town) -> tuple[object, ...]:
    """Everything that is carried forward, as its pages show it."""
    with db.reading() as session:
        record = shop_record(session, town.bob, NOW)
        shops = shops_page(a_look(session, town.carol, now=NOW)).rows
    books, own = act(trial, town.carol, now=NOW), look(shop_books, town.bob, now=NOW)
    return record, shops, books.accounts, books.total, books.debts, own.sales, own.fees, own.held, own.owed


def test_pages_say_the_same_whatever_is_closed(town: Town) -> None:
    traded(town)
    before = shown(town)
    assert before[0].answered == 5 and before[3] == 0  # type: ignore[attr-defined]
    for ago in (30, 5, 0):
        assert close_all(ago) > 0
        assert shown(town) == before
    assert [(one.difference, one.numbers) for one in books_checks()] == [(0, [])] * 6
    assert {day.day for day in rows(ShopDay, by=ShopDay.day)} < {day_of(NOW - ago * DAY) for ago in range(60)}


def test_what_happens_after_a_day_was_closed_still_counts(town: Town) -> None:
    traded(town)
    close_all()
    before = act(trial, town.carol, now=NOW)
    town.tale(NOW).order(MANUAL).pay()
    after = act(trial, town.carol, now=NOW)
    assert (after.escrow - before.escrow, after.total) == (PRICE, 0)


def test_a_closed_day_is_not_read_again(town: Town) -> None:
    traded(town)
    close_all()
    expected = balances_of_bob(town)
    with db.transaction() as session:
        session.connection().execute(sa.delete(Posting).where(col(Posting.at) < end_of(day_of(NOW - DAY))))
    assert balances_of_bob(town) == expected


def balances_of_bob(town: Town) -> dict[str, int]:
    with db.reading() as session:
        return {account.value: fen for (_, account), fen in balances(session, town.bob.shop_id).items()}


@pytest.mark.parametrize("spoil", ["balance", "escrow", "nothing"])
def test_the_comparison_names_what_was_carried_wrongly(town: Town, spoil: str) -> None:
    traded(town)
    close_all()
    changes: dict[str, Callable[[], sa.Update]] = {
        "balance": lambda: sa.update(Balance).where(col(Balance.account) == "shop").values(amount=Balance.amount + 7),
        "escrow": lambda: sa.update(Order).where(col(Order.escrow).is_not(None)).values(escrow=col(Order.escrow) + 7),
    }
    if spoil in changes:
        with db.transaction() as session:
            session.connection().execute(changes[spoil]())
    found = {one.code: one for one in books_checks()}
    assert bool(found["carried"].numbers) is (spoil == "balance")
    assert bool(found["escrow"].numbers) is (spoil == "escrow")


def test_two_that_close_the_same_day_carry_it_once(town: Town) -> None:
    traded(town)
    for _ in range(3):
        found = _next(0)
        assert found
        for _ in range(2):
            with db.transaction() as session:
                days.close_day(our_act(session, now=NOW), found)
    close_all()
    with db.reading() as session:
        until = end_of(last_closed(session) or day_of(NOW))
        posted = posted_between(session, NOW - 99 * DAY, until)
    assert {(row.shop_id, row.account): row.amount for row in rows(Balance, by=Balance.amount)} == posted


@pytest.mark.slow
def test_two_processes_that_close_days_at_once_carry_each_once(town: Town) -> None:
    traded(town)
    crashed: list[BaseException] = []

    def run() -> None:
        try:
            close_all()
        except BaseException as error:
            crashed.append(error)

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert not crashed and [(one.difference, one.numbers) for one in books_checks()] == [(0, [])] * 6


def test_the_jobs_close_what_is_over_and_compare(town: Town) -> None:
    traded(town)
    set_clock(end_of(day_of(NOW)) + limits.DAY_CLOSES_AFTER - timedelta(minutes=5))
    jobs.tick()
    run_jobs()
    with db.reading() as session:
        assert last_closed(session) == day_of(NOW - DAY), "an act of the last second before midnight may not be over"
        found = last_check(session)
    assert found and clock.now() - found.at < timedelta(minutes=1)
    assert [(one.difference, one.numbers) for one in found.checks] == [(0, [])] * 6
    set_clock(end_of(day_of(NOW)) + limits.DAY_CLOSES_AFTER + timedelta(minutes=5))
    jobs.tick()
    run_jobs()
    with db.reading() as session:
        assert last_closed(session) == day_of(NOW)
        assert not session.exec(select(Job).where(Job.kind == "close_days", Job.state != "done")).all()


def test_a_case_that_goes_on_after_its_day_was_closed_counts_once(town: Town) -> None:
    tale = town.tale(NOW - 3 * DAY).order(MANUAL).pay().request().reject("other", "no")
    assert close_all(1) > 0
    with db.transaction() as session:
        session.connection().execute(sa.update(Case).where(col(Case.no) == tale.case.no).values(ended_at=NOW))
    close_all()
    assert shown(town)[0].answered == 1  # type: ignore[attr-defined]


def test_a_case_that_goes_on_while_its_day_is_closed_counts_once(town: Town) -> None:
    tale = town.tale(NOW - 3 * DAY).order(MANUAL).pay().request().reject("other", "no")
    while (found := _next(1)) and not found.cases:
        with db.transaction() as session:
            days.close_day(our_act(session, now=NOW), found)
    assert found
    mine = sa.update(Case).where(col(Case.no) == tale.case.no)
    with db.transaction() as session:
        session.connection().execute(mine.values(status="appeal", ended_at=None))
    with db.transaction() as session:
        days.close_day(our_act(session, now=NOW), found)
    with db.transaction() as session:
        session.connection().execute(mine.values(status="settled", ended_at=NOW, offer_amount=0))
    assert shown(town)[0].answered == 1  # type: ignore[attr-defined]


def test_money_the_shop_was_paid_with_still_needs_an_owner(town: Town) -> None:
    tale = settled(town.tale(NOW - 40 * DAY).order(AUTO).pay())
    with db.transaction() as session:
        session.connection().execute(sa.update(Order).where(col(Order.no) == tale.no).values(status="canceled"))
    found = {one.code: one for one in books_checks()}
    assert (found["owners"].difference, found["owners"].numbers) == (PRICE, [tale.payments[0].no])


def test_a_shop_may_have_more_than_32_bits_of_fen(town: Town) -> None:
    traded(town)
    order = rows(Order, by=Order.id)[0]
    much, sides = 2_000_000_000, (("shopper", -1), ("shop", 1))
    with db.transaction() as session:
        for number in range(3):
            told = {"entry_no": f"much:{number}", "entry": "settlement", "at": NOW - 9 * DAY, "order_id": order.id}
            lines = [
                {"account": account, "amount": sign * much, "shop_id": order.shop_id, **told} for account, sign in sides
            ]
            session.connection().execute(sa.insert(Posting), lines)
        session.connection().execute(sa.update(Order).values(total=much, paid_at=NOW - 9 * DAY))
    before = shown(town)
    close_all()
    assert shown(town) == before and balances_of_bob(town)["shop"] > 3 * much


def test_nothing_that_ever_happened_closes_nothing(town: Town) -> None:
    assert _next(0) is None and close_all() == 0
    assert not rows(Remembered, Remembered.name == CLOSED, by=Remembered.name)
