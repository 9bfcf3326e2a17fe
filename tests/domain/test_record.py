"""Figures of days add up, and their median is that of all answers."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.record import Figures, share_of, together


def test_nothing_is_nothing() -> None:
    assert together([]) == Figures() and Figures().median == -1
    assert (share_of(0, 0), share_of(1, 3)) == (-1, 33)


def test_figures_of_days_add_up() -> None:
    one = Figures(2, 1, 100, 500, Counter({5: 2}), Counter({"other": 1}))
    other = Figures(1, 1, 50, 300, Counter({5: 1, 9: 1}), Counter({"other": 1, "duplicate": 2}))
    assert one + other == Figures(3, 2, 150, 800, Counter({5: 3, 9: 1}), Counter({"other": 2, "duplicate": 2}))


@given(st.lists(st.lists(st.integers(0, 5000), max_size=20), max_size=5))
def test_the_median_is_that_of_all_answers(days: list[list[int]]) -> None:
    every = sorted(minutes for day in days for minutes in day)
    whole = together(Figures(minutes=Counter(day)) for day in days)
    assert whole.median == (every[len(every) // 2] if every else -1)
