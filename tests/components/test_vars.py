"""What the browser chooses and counts has the type it is told to have."""

import reflex as rx

from cardmall.components.vars import among, choose, length
from cardmall.states.public.home import MallState

STATUS = rx.Var("status", _var_type=str)


def test_a_choice_among_parts_is_a_part() -> None:
    shown = choose(STATUS, ("paid", rx.el.b("yes")), otherwise=rx.fragment())
    assert isinstance(shown, rx.Component)


def test_a_choice_among_words_is_words_of_the_browser() -> None:
    words = choose(STATUS, ("paid", "yes"), otherwise="no")
    assert isinstance(words, rx.Var) and '("paid")' in str(words) and '"no"' in str(words)


def test_the_rows_of_a_state_are_counted_and_looked_through_in_the_browser() -> None:
    rows = str(MallState.rows)
    assert isinstance(length(MallState.rows), rx.Var) and str(length(MallState.rows)) == f"{rows}.length"
    assert isinstance(among(STATUS, MallState.rows), rx.Var) and str(among(STATUS, MallState.rows)).startswith(rows)
