"""The desk of deliveries: it follows other windows, opens the next order, and keeps nothing of what was typed."""

import asyncio
from typing import Any

import pytest

from cardmall.domain import limits
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.states.lists import MOST
from cardmall.states.merchant.delivery import DeliveryState
from tests.services.test_buyer_answers import ASKED, GAME, MINE, OTHER
from tests.states.test_desks import page_of
from tests.town import MANUAL, Tale, Town, act, settle_town, sign_everybody_in


@pytest.fixture
def town(database: Any) -> Town:
    found = settle_town()
    found.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    sign_everybody_in()
    return found


def run(call: Any) -> Any:
    return asyncio.run(call) if asyncio.iscoroutine(call) else call


def opened(who: str = "bob") -> Any:
    page = page_of(DeliveryState, who, "/merchant/delivery")
    run(DeliveryState.load.fn(page))
    return page


def waiting(town: Town, count: int, pieces: int = 1) -> list[Tale]:
    return [town.tale().order(MANUAL, pieces).pay() for _ in range(count)]


def deliver(page: Any, no: Any, codes: str) -> Any:
    return run(DeliveryState.deliver.fn(page, {"no": no, "codes": codes}))


def listed(page: Any) -> list[str]:
    return [row.no for row in page.rows]


def test_the_first_order_is_open_and_after_each_delivery_the_one_in_its_place(town: Town) -> None:
    one, two, three = (tale.no for tale in waiting(town, 3))
    page = opened()
    assert (page.open_no, page.done_no, page.turn) == (one, "", 0)
    assert deliver(page, two, "TWO-1") is None
    assert (page.done_no, page.open_no, page.turn, listed(page)) == (two, three, 1, [one, three])
    assert deliver(page, three, "THREE-1") is None
    assert (page.done_no, page.open_no, page.turn) == (three, one, 2), "the last one leads to the first"
    assert deliver(page, one, "ONE-1") is None
    assert (page.done_no, page.open_no, page.turn, page.rows) == (one, "", 3, [])


def test_several_pieces_at_once_or_none_and_each_wrong_line_is_named(town: Town) -> None:
    (tale,) = waiting(town, 1, pieces=3)
    page = opened()
    assert deliver(page, tale.no, "A-1\n\na 1\nB-1") is None
    assert (page.wrong_no, page.codes_error) == (tale.no, "bad_lines")
    assert [(one.line, one.fault, one.first) for one in page.wrong_lines] == [(3, "repeated", 1)]
    assert (tale.cards, page.turn, page.open_no) == ([], 0, tale.no)
    assert deliver(page, tale.no, "A-1\nB-1") is None
    assert (page.codes_error, page.wrong_lines, tale.cards) == ("count_mismatch", [], [])
    assert deliver(page, tale.no, "A-1\nB-1\nC-1") is None
    assert (page.wrong_no, page.codes_error, page.wrong_lines, tale.card_states) == ("", "", [], ["sealed"] * 3)
    assert "A-1" not in repr(page.dict()) and "C-1" not in repr(page.dict())


def test_a_stale_press_says_how_the_order_stands_and_the_page_follows(town: Town) -> None:
    done, held, left = waiting(town, 3)
    page = opened()
    done.deliver_by_hand("ELSEWHERE-1")
    held.request()
    assert "已发货" in str(deliver(page, done.no, "LATE-1"))
    assert (listed(page), [row.no for row in page.figures.held]) == ([left.no], [held.no])
    assert "暂停" in str(deliver(page, held.no, "LATE-2"))
    assert (page.done_no, page.turn, page.wrong_no, left.row.status) == ("", 0, "", "awaiting_delivery")


def test_an_error_of_one_order_outlives_what_happens_to_another(town: Town) -> None:
    one, two = waiting(town, 2)
    page = opened()
    deliver(page, one.no, "")
    two.deliver_by_hand("TWO-1")
    run(DeliveryState.refresh.fn(page))
    assert (page.wrong_no, page.codes_error, listed(page)) == (one.no, "required", [one.no])


def test_fields_that_were_shown_are_those_it_is_delivered_by(town: Town) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    page = opened()
    act(correct_answers, tale.shopper, tale.no, OTHER, seen=1, now=tale.at)
    run(DeliveryState.refresh.fn(page))
    assert [row.corrected for row in page.rows] == [True]
    run(DeliveryState.saw.fn(page, tale.no, 2))
    assert [row.corrected for row in page.rows] == [False]
    assert "Tiger88" not in repr(page.dict())
    assert deliver(page, tale.no, "CODE-1") is None
    assert (page.codes_error, tale.row.status) == ("", "delivered")


@pytest.mark.parametrize(("no", "edition"), [("CM0", 2), ("", 2), (None, 2), ([], 2), (None, None), ("own", "2")])
def test_junk_was_not_seen(town: Town, no: Any, edition: Any) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    page = opened()
    run(DeliveryState.saw.fn(page, tale.no if no == "own" else no, edition))
    assert page._seen == {tale.no: 1}


def test_the_list_grows_by_pages_and_keeps_its_length(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_SIZE", 2)
    tales = waiting(town, 5)
    page = opened()
    run(DeliveryState.show_more.fn(page))
    assert listed(page) == [tale.no for tale in tales[:4]]
    tales[0].deliver_by_hand("ONE-1")
    run(DeliveryState.refresh.fn(page))
    assert listed(page) == [tale.no for tale in tales[1:]]
    assert (page.figures.orders, page.figures.pieces) == (4, 4)


def test_it_grows_no_longer_than_what_is_read_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes may be half typed in its last row."""
    monkeypatch.setattr(limits, "PAGE_SIZE", 1)
    monkeypatch.setattr(DeliveryState, "MOST_SHOWN", MOST)
    tales = waiting(town, MOST + 1)
    page = opened()
    for _ in range(MOST):
        run(DeliveryState.show_more.fn(page))
    run(DeliveryState.refresh.fn(page))
    assert listed(page) == [tale.no for tale in tales[:MOST]]


@pytest.mark.parametrize("who", ["", "alice", "mo", "carol"])
def test_nobody_elses_orders_are_there(town: Town, who: str) -> None:
    (tale,) = waiting(town, 1)
    page = opened(who)
    deliver(page, tale.no, "STOLEN-1")
    run(DeliveryState.begin.fn(page, tale.no))
    run(DeliveryState.saw.fn(page, tale.no, 1))
    run(DeliveryState.show_more.fn(page))
    assert (page.rows, page.figures.held, page.figures.orders, page.open_no) == ([], [], 0, "")
    assert (tale.row.status, tale.row.begun_at, tale.cards) == ("awaiting_delivery", None, [])


def test_an_order_with_a_nearer_promise_pushes_no_row_off_the_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes may be half typed in it."""
    monkeypatch.setattr(limits, "PAGE_SIZE", 2)
    town.sell("soon", promise_seconds=60)
    first, second = waiting(town, 2)
    page = opened()
    assert listed(page) == [first.no, second.no]
    nearer = town.tale().order("soon").pay()
    run(DeliveryState.refresh.fn(page))
    assert listed(page) == [nearer.no, first.no, second.no]
