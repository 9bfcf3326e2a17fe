"""What shoppers and shops read of a rule: before paying, before asking, on the case, and where answers lie (R97)."""

from dataclasses import replace

import pytest

from cardmall.domain.rules.approvals import APPROVING
from cardmall.domain.terms import Way
from cardmall.models import Event
from cardmall.services.order.beginning import begin_work
from cardmall.services.order.showing import show_fields
from cardmall.views.approvals import NOTHING
from cardmall.views.merchant.delivery import DeliveryRow, to_deliver
from cardmall.views.merchant.order import shop_order
from cardmall.views.merchant.order_filters import DeskAsked
from cardmall.views.merchant.orders import shop_order_lines
from cardmall.views.merchant.product import goods_view
from cardmall.views.public.product import product_view
from cardmall.views.shopper.cancel import ChoiceView, choice_view
from cardmall.views.shopper.case import case_page
from cardmall.views.shopper.checkout import checkout_with_fields
from cardmall.views.shopper.order import order_view, order_with_fields
from tests.services.by_rule import RULE, have_rule
from tests.services.stock_life import ASKED
from tests.town import AUTO, MANUAL, NOW, PRICE, Tale, Town, act, count, look

ANSWERS = {"answer1": "Dragon77", "answer2": "一区"}


def form(tale: Tale, count: int = 0) -> ChoiceView:
    return look(choice_view, tale.shopper, tale.no, way=Way.request, count=count, now=tale.at)


def test_the_product_page_says_so_where_it_can_apply_at_all(town: Town) -> None:
    assert look(product_view, None, MANUAL, now=NOW).rule == NOTHING
    have_rule(town)
    told = look(product_view, None, MANUAL, now=NOW).rule
    assert (told.n, told.most, told.per_shopper, told.per_day, told.by_hand) == (1, PRICE, 3, 20, True)
    have_rule(town, replace(RULE, most=PRICE - 1))
    assert look(product_view, None, MANUAL, now=NOW).rule == NOTHING, "one piece costs more than it approves"
    town.sell("instant", 3, delay_seconds=0)
    have_rule(town, slug="instant")
    assert look(product_view, None, "instant", now=NOW).rule == NOTHING, "delivered with the payment"


def test_checkout_says_whether_all_of_it_would_be_approved(town: Town) -> None:
    have_rule(town)
    for pieces, at_once, why in ((1, True, ""), (2, False, "rule_amount")):
        tale = town.tale().order(MANUAL, pieces)
        told = look(checkout_with_fields, town.alice, tale.no, now=tale.at).rule
        assert (told.n, told.at_once, told.why) == (1, at_once, why)


def test_a_shopper_without_times_left_reads_so_before_paying(town: Town) -> None:
    have_rule(town, replace(RULE, per_shopper=1))
    town.tale().order(MANUAL).pay().request()
    tale = town.tale().order(MANUAL)
    assert look(checkout_with_fields, town.alice, tale.no, now=tale.at).rule.why == "rule_shopper"
    other = town.tale(shopper=town.mallory).order(MANUAL)
    assert look(checkout_with_fields, town.mallory, other.no, now=other.at).rule.at_once


def test_the_form_never_promises_what_a_cap_denies(town: Town) -> None:
    """R97: what it says of the chosen pieces is what the press does, with the same function."""
    have_rule(town, replace(RULE, most=2 * PRICE))
    tale = town.tale().order(MANUAL, 3).pay()
    assert (form(tale).rule.at_once, form(tale).rule.why) == (False, "rule_amount")
    assert form(tale, 2).rule.at_once and form(tale, 1).rule.at_once
    tale.request(pieces=2)
    assert tale.case.status == "approved"


def test_the_form_says_each_reason(town: Town) -> None:
    have_rule(town, replace(RULE, per_day=1))
    tale = town.tale().order(MANUAL).pay()
    act(begin_work, town.bob, tale.no, now=tale.at)
    assert form(tale).rule.why == "rule_begun"
    town.tale(shopper=town.mallory).order(MANUAL).pay().request()
    other = town.tale().order(MANUAL).pay()
    assert form(other).rule.why == "rule_day"
    assert form(town.tale().order(AUTO).pay()).rule == NOTHING
    have_rule(town, replace(RULE, most=1))
    rejected = town.tale(shopper=town.mallory).order(MANUAL).pay().request().reject("other", "不可以")
    have_rule(town, RULE)
    assert form(rejected).rule.why == "rule_rejected"
    assert len(APPROVING) == 8


def test_the_page_of_the_order_says_it_where_a_request_may_be_made(town: Town) -> None:
    have_rule(town)
    tale = town.tale().order(MANUAL).pay()
    assert look(order_with_fields, town.alice, tale.no, now=tale.at).rule.at_once
    tale.request()
    assert look(order_with_fields, town.alice, tale.no, now=tale.at).rule == NOTHING


def test_the_case_and_the_timeline_name_the_version(town: Town) -> None:
    have_rule(town)
    have_rule(town, replace(RULE, per_day=9))
    tale = town.tale().order(MANUAL).pay().request()
    page = look(case_page, town.alice, tale.case.no, now=tale.at)
    assert page.case and (page.case.rule, page.case.status) == (2, "approved")
    view = look(order_view, town.alice, tale.no, now=tale.at)
    assert {one.verb: one.rule for one in view.timeline if one.rule} == {"case_approved": 2}
    assert {one.role for one in view.timeline if one.verb == "case_approved"} == {"system"}


def test_what_a_person_approved_names_none(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().approve()
    view = look(order_view, town.alice, tale.no, now=tale.at)
    assert not [one for one in view.timeline if one.rule] and view.cases[0].rule == 0


def test_its_shop_reads_who_changed_what_and_how_often_it_approved_today(town: Town) -> None:
    assert look(goods_view, town.bob, MANUAL, now=NOW).rule.version == 0
    have_rule(town)
    have_rule(town, replace(RULE, is_on=False))
    have_rule(town)
    tale = town.tale().order(MANUAL).pay().request()
    rule = look(goods_view, town.bob, MANUAL, now=tale.at).rule
    assert (rule.version, rule.today, rule.may_set, rule.shows_fields) == (3, 1, True, False)
    assert [(one.n, one.is_on, one.name) for one in rule.versions] == [
        (3, True, "bob"),
        (2, False, "bob"),
        (1, True, "bob"),
    ]


@pytest.fixture
def game(town: Town) -> Tale:
    """Paid with what its shop asked for, under a rule."""
    town.sell("game", buyer_fields=ASKED, promise_seconds=86_400)
    have_rule(town, slug="game")
    return town.tale().order("game").pay(answers=ANSWERS)


def waiting(tale: Tale) -> DeliveryRow:
    (row,) = look(to_deliver, tale.town.bob, now=tale.at).rows
    return row


def in_file(tale: Tale) -> list[str]:
    lines, _ = look(shop_order_lines, tale.town.bob, DeskAsked(), 10, now=tale.at)
    return [answer.answer for line in lines for answer in line.answers]


def test_answers_are_read_by_the_press_that_begins_the_work(game: Tale) -> None:
    """R97: no page and no file shows them before; whoever has read them may have used them."""
    row = waiting(game)
    assert (row.closed, row.ruled, row.can_begin) == (True, True, True)
    assert "Dragon77" not in str(row) and "Dragon77" not in str(in_file(game))
    assert "Dragon77" not in str(look(shop_order, game.town.bob, game.no, now=game.at))
    shown = act(show_fields, game.town.bob, game.no, now=game.at)
    row = waiting(game)
    assert (row.closed, row.ruled, row.can_begin, in_file(game)[0]) == (False, False, False, "Dragon77")
    assert (shown.answers[0], game.row.begun_at, count(Event, Event.verb == "begun")) == ("Dragon77", game.at, 1)
    assert act(show_fields, game.town.bob, game.no, now=game.at) == shown
    assert count(Event, Event.verb == "begun") == 1
    assert game.request().case.status == "review"


def test_without_a_rule_or_once_it_is_off_they_are_read_as_ever(game: Tale) -> None:
    have_rule(game.town, replace(RULE, is_on=False), "game", now=game.at)
    row = waiting(game)
    assert (row.closed, row.ruled, in_file(game)[0]) == (False, False, "Dragon77")
    assert act(show_fields, game.town.bob, game.no, now=game.at).answers[0] == "Dragon77"
    assert game.row.begun_at is None
    have_rule(game.town, RULE, "game", now=game.at)
    assert not waiting(game).closed, "it was paid before the rule was on again: nothing to keep closed"


def test_the_shop_is_told_at_the_button(game: Tale) -> None:
    assert look(shop_order, game.town.bob, game.no, now=game.at).ruled
    act(begin_work, game.town.bob, game.no, now=game.at)
    assert not look(shop_order, game.town.bob, game.no, now=game.at).ruled
