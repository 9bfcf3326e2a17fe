"""Bob's page of his shop's money and Carol's books, called as anybody may call them."""

from typing import Any

import pytest
from sqlmodel import select

from cardmall.adapters import clock, db
from cardmall.adapters.world import our_act
from cardmall.domain.calendar import SHANGHAI
from cardmall.models import Order, Posting, Shop
from cardmall.reads.books import check_books
from cardmall.services.money.days import keep_check
from cardmall.states.admin.money import BooksState
from cardmall.states.merchant.money import MoneyState
from tests.states.test_abnormal import all_of
from tests.states.test_desks import first, page_of, run, town

pytestmark = [pytest.mark.today, pytest.mark.usefixtures("town")]
__all__ = ["town"]


def money(who: str, path: str = "/merchant/money") -> Any:
    page = page_of(MoneyState, who, path)
    run(MoneyState.refresh.fn(page))
    return page


def books(who: str) -> Any:
    page = page_of(BooksState, who, "/admin/money")
    run(BooksState.refresh.fn(page))
    return page


def shop_of(slug: str) -> int:
    return first(select(Shop.id).where(Shop.slug == slug))


def sum_of(lines: list[Posting], account: str) -> int:
    return sum(line.amount for line in lines if line.account == account)


@pytest.mark.parametrize(("who", "slug"), [("bob", "qinghe"), ("erin", "hemiao")])
def test_a_merchant_sees_the_own_shop_as_the_postings_say(who: str, slug: str) -> None:
    page, lines = money(who), all_of(select(Posting).where(Posting.shop_id == shop_of(slug)))
    assert page.loaded
    assert page.figures.held == sum_of(lines, "escrow") > 0
    assert (page.figures.sales, page.figures.fees) == (sum_of(lines, "shop"), sum_of(lines, "fees"))
    orders = {order.no for order in all_of(select(Order).where(Order.shop_id == shop_of(slug)))}
    assert {row.order_no for row in page.rows} <= orders
    assert page.rows


def test_more_rows_are_appended_and_stay_when_something_moves() -> None:
    page = money("bob")
    shown = len(page.rows)
    assert page.figures.next_key
    run(MoneyState.show_more.fn(page))
    more = [row.id for row in page.rows]
    assert len(more) == len(set(more)) > shown
    run(MoneyState.refresh.fn(page))
    assert [row.id for row in page.rows] == more


def test_the_month_of_the_url_is_that_of_the_rows_and_the_file() -> None:
    (month, *_) = money("bob").figures.months
    page = money("bob", f"/merchant/money?month={month}")
    assert page.month == month and page.file_url.endswith(f"month={month}")
    assert page.rows and {row.at.astimezone(SHANGHAI).strftime("%Y-%m") for row in page.rows} == {month}
    assert money("bob", "/merchant/money?month=2001-01").rows == []
    assert money("bob", "/merchant/money?month='").month == ""


def test_a_chosen_month_leads_to_a_url_of_ours() -> None:
    page = page_of(MoneyState, "bob")
    assert "/merchant/money?month=2026-11" in str(MoneyState.choose_month.fn(page, "2026-11"))
    junk: list[Any] = ["", None, 7, [], {}, "//evil.test", "x" * 9000]
    for value in junk:
        said = str(MoneyState.choose_month.fn(page, value))
        assert "/merchant/money" in said and "?" not in said


@pytest.mark.any_day
@pytest.mark.parametrize("who", ["", "unknown", "alice", "dave", "carol"])
def test_nobody_else_sees_a_shops_money(who: str) -> None:
    page = money(who)
    run(MoneyState.show_more.fn(page))
    assert (page.rows, page.figures.held, page.figures.sales, page.figures.months) == ([], 0, 0, [])


def test_carol_sees_that_the_towns_books_balance() -> None:
    view = books("carol").view
    assert (view.total, view.ownerless) == (0, [])
    assert (view.checks, view.checked_at) == ([], None), "no job ran yet, and no page reads every row"
    with db.transaction() as session:
        keep_check(our_act(session), check_books(session, clock.now()))
    view = books("carol").view
    assert [(check.difference, check.numbers) for check in view.checks] == [(0, [])] * 6
    assert view.checked_at is not None
    assert view.escrow == sum_of(all_of(select(Posting)), "escrow") > 0
    assert view.stuck


@pytest.mark.any_day
@pytest.mark.parametrize("who", ["", "unknown", "alice", "bob", "erin"])
def test_nobody_else_sees_the_books(who: str) -> None:
    view = books(who).view
    assert (view.accounts, view.stuck, view.checks, view.escrow) == ([], [], [], 0)
