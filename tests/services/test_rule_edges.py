"""自动同意 where acts stand close together: work that passes on, answers read while it is set, a search for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cardmall.services.order.beginning import begin_work
from cardmall.services.order.showing import show_fields
from cardmall.views.approvals import told_of_order
from cardmall.views.merchant.order_filters import read_desk_asked
from cardmall.views.merchant.orders import shop_orders
from tests.services.by_rule import RULE, have_rule
from tests.services.stock_life import ASKED
from tests.town import MANUAL, Tale, Town, act, look

ANSWERS = {"answer1": "Dragon77", "answer2": "一区"}


def test_work_that_began_goes_on_for_whoever_takes_the_order_over(town: Town) -> None:
    have_rule(town)
    tale = town.tale().order(MANUAL).pay()
    act(begin_work, town.bob, tale.no, now=tale.at)
    new = tale.offer_to("mallory@cardmall.test").agree(town.mallory, town.bob).successor
    assert new.pay().request().case.status == "review"


def test_an_order_that_was_paid_before_the_rule_was_written_is_no_younger_than_it(town: Town) -> None:
    """The press came first, and waited: meanwhile an order was paid, and its answers were read."""
    town.sell("game", buyer_fields=ASKED)
    tale = town.tale().order("game").pay(answers=ANSWERS)
    assert act(show_fields, town.bob, tale.no, now=tale.at).answers[0] == "Dragon77"
    have_rule(town, slug="game", now=tale.at - timedelta(minutes=2))
    assert tale.row.begun_at is None
    assert tale.request().case.status == "review"
    later = town.tale(tale.at).order("game").pay(answers=ANSWERS)
    assert later.request().case.status == "approved"


def found(town: Town, text: str) -> set[str]:
    return {row.no for row in look(shop_orders, town.bob, read_desk_asked({"q": text})).rows}


def test_a_search_tells_no_answer_that_is_read_only_by_beginning_the_work(town: Town) -> None:
    town.sell("game", buyer_fields=ASKED)
    have_rule(town, slug="game")
    tale = town.tale().order("game").pay(answers=ANSWERS)
    assert found(town, "dragon77") == set()
    act(show_fields, town.bob, tale.no, now=tale.at)
    assert found(town, "dragon77") == {tale.no}
    waiting = town.tale(tale.at).order("game").pay(answers=ANSWERS)
    have_rule(town, replace(RULE, is_on=False), slug="game", now=waiting.at)
    assert found(town, "dragon77") == {tale.no, waiting.no}


def said_no(town: Town, pieces: int = 3) -> Tale:
    """Two of the pieces were asked for; a person said no."""
    have_rule(town, replace(RULE, most=1))
    tale = town.tale().order(MANUAL, pieces).pay().request(pieces=min(2, pieces)).reject("other", "已在制作")
    have_rule(town)
    return tale


def taken_back(town: Town) -> Tale:
    return said_no(town).appeal(text="不服").withdraw()


def split(town: Town) -> Tale:
    return said_no(town).appeal(text="不服").respond().rule(town.carol, "rule_split", "10")


def part_paid(town: Town) -> Tale:
    return said_no(town).ask_partial("10").accept_partial()


def passed_on(town: Town) -> Tale:
    tale = said_no(town, 1).offer_to("mallory@cardmall.test").agree(town.mallory, town.bob)
    return tale.successor.pay()


@pytest.mark.parametrize("after", [taken_back, split, part_paid, passed_on])
def test_after_a_no_a_person_answers_whatever_became_of_it(town: Town, after: Callable[[Town], Tale]) -> None:
    tale = after(town)
    assert look(told_of_order, tale.shopper, tale.row, 1, now=tale.at).why == "rule_rejected"
    assert (tale.request(pieces=1).case.status, tale.case.rule) == ("review", 0)
