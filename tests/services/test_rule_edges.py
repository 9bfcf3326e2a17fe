"""自动同意 where acts stand close together: work that passes on, answers read while it is set, a search for them."""

from dataclasses import replace
from datetime import timedelta

from cardmall.services.order.beginning import begin_work
from cardmall.services.order.showing import show_fields
from cardmall.views.merchant.order_filters import read_desk_asked
from cardmall.views.merchant.orders import shop_orders
from tests.services.by_rule import RULE, have_rule
from tests.services.stock_life import ASKED
from tests.town import MANUAL, Town, act, look

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
