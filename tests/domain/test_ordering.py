"""Two who order as much as they may leave something for a third; who lets orders lapse pauses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.ordering import expires_in, opens_at, possible_now

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("available", "own", "possible"),
    [
        *((40, 0, 20), (20, 20, 0), (10, 0, 5), (11, 0, 5), (12, 0, 6), (5, 0, 5), (3, 0, 3), (0, 0, 0), (0, 5, 0)),
        *((9, 1, 4), (37, 3, 17), (1, 4, 1), (1, 5, 0)),
    ],
)
def test_half_of_what_is_free_but_always_five(available: int, own: int, possible: int) -> None:
    assert possible_now(available, own) == possible


@given(st.integers(0, 500), st.integers(0, 60))
def test_it_is_never_more_than_there_is_nor_below_zero(available: int, own: int) -> None:
    assert 0 <= possible_now(available, own) <= available


@given(st.integers(12, 2000))
def test_two_who_take_all_they_may_leave_one_for_a_third(stock: int) -> None:
    left = stock
    for _ in ("alice", "mallory"):
        mine = 0
        while more := possible_now(left, mine):
            left, mine = left - more, mine + more
    assert possible_now(left, 0) > 0


def test_the_third_lapse_within_a_day_asks_for_a_pause() -> None:
    two = [NOW - 23 * HOUR, NOW - 5 * MINUTE]
    assert opens_at([], NOW) is opens_at(two, NOW) is None
    third = NOW - MINUTE
    assert opens_at([*two, third], NOW) == third + limits.LAPSE_PAUSE
    assert opens_at([*two, third], third + limits.LAPSE_PAUSE) is None
    assert opens_at([NOW - 24 * HOUR, *two], NOW) is None, "a day ago counts no more"


def test_an_unpaid_order_waits_its_fifteen_minutes_and_for_money_on_its_way_ten_more() -> None:
    second = timedelta(seconds=1)
    assert expires_in(NOW, False, NOW - MINUTE) == expires_in(NOW, True, NOW - MINUTE) == MINUTE
    assert expires_in(NOW, False, NOW) is None
    assert expires_in(NOW, True, NOW) == limits.PAYING_ASKED
    assert expires_in(NOW, True, NOW + 10 * MINUTE - second) == second
    assert expires_in(NOW, True, NOW + 10 * MINUTE) is None
