"""The form of a rule, and what shoppers and the desk of deliveries see of it, called as anybody may call them (R97)."""

from dataclasses import replace
from typing import Any

import pytest

from cardmall.adapters import clock
from cardmall.models import ApprovalRule
from cardmall.services.shop.goods import archive_product
from cardmall.states.merchant.delivery import DeliveryState
from cardmall.states.merchant.product import MerchantProductState
from cardmall.states.shopper.cancel import CancelState
from tests.services.by_rule import RULE, have_rule
from tests.services.stock_life import ASKED
from tests.states.test_desks import page_of
from tests.states.test_goods import comes, errors, form_of, run, save, town
from tests.town import MANUAL, Tale, Town, act, rows

__all__ = ["town"]
FORM = {"rule_on": "on", "rule_most": "99", "rule_shopper": "2", "rule_day": "20"}
JUNK: list[Any] = [None, 7, [], {}, {"rule_on": {}}, {"rule_on": "on", "rule_most": [1]}, {"rule_day": "9" * 4000}]


def save_rule(page: Any, **told: str) -> Any:
    return run(MerchantProductState.save_rule.fn(page, FORM | told))


def versions() -> list[tuple[int, bool, int]]:
    return [(one.n, one.is_on, one.most) for one in rows(ApprovalRule)]


def test_an_owner_switches_it_on_changes_it_and_switches_it_off(town: Town) -> None:
    page = form_of(MANUAL)
    assert (page.rule_typed["rule_on"], page.view.rule.may_set) == ("", True)
    assert "已保存为第 1 版" in str(save_rule(page))
    assert (page.view.rule.version, page.rule_seen, page.rule_typed["rule_most"]) == (1, 1, "99.00")
    assert "没有改动" in str(save_rule(page))
    save_rule(page, rule_most="50")
    save_rule(page, rule_on="", rule_most="50")
    assert versions() == [(1, True, 9900), (2, True, 5000), (3, False, 5000)]


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(town: Town) -> None:
    page = form_of(MANUAL)
    drawn = page.rule_drawn
    assert save_rule(page, rule_most="很多", rule_shopper="0", rule_day="") is None
    assert errors(page) == {"rule_most": "not_money", "rule_shopper": "out_of_range", "rule_day": "required"}
    assert (versions(), page.rule_drawn) == ([], drawn), "what was typed stays in the page"
    save_rule(page)
    assert errors(page) == {} and len(versions()) == 1


def test_an_older_form_shows_the_difference_and_loses_nothing(town: Town) -> None:
    mine, theirs = form_of(MANUAL), form_of(MANUAL)
    save_rule(theirs, rule_most="80", rule_day="9")
    said = save_rule(mine, rule_most="70")
    told = {one.field: (one.before, one.after, one.mine) for one in mine.rule_theirs}
    assert "核对他人的改动" in str(said) and versions() == [(1, True, 8000)]
    assert told["rule_most"] == ("—", "¥80.00", True) and told["rule_day"] == ("20", "9", False)
    assert (mine.rule_typed["rule_most"], mine.rule_typed["rule_day"], mine.rule_seen) == ("70", "9", 1)
    run(MerchantProductState.save_rule.fn(mine, mine.rule_typed))
    assert versions()[-1] == (2, True, 7000) and mine.rule_theirs == []
    assert rows(ApprovalRule)[-1].per_day == 9


def test_a_save_of_the_product_leaves_what_is_typed_for_its_rule(town: Town) -> None:
    page = form_of(MANUAL)
    drawn = page.rule_drawn
    save(page, price="88.00")
    assert page.rule_drawn == drawn, "the form of the rule is not drawn anew"
    have_rule(town, now=clock.now())
    run(MerchantProductState.refresh.fn(page))
    assert (page.rule_drawn, page.view.rule.version, page.rule_seen) == (drawn, 1, 0)


def test_it_stays_when_the_page_is_drawn_anew_and_begins_anew_on_another_product(town: Town) -> None:
    have_rule(town, now=clock.now())
    page = form_of(MANUAL)
    run(comes(page, again=False))
    page = form_of("auto-card")
    assert (page.rule_of, page.rule_seen, page.rule_typed["rule_on"]) == ("auto-card", 0, "")


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_no_form_and_changes_nothing(town: Town, junk: Any) -> None:
    page = form_of(MANUAL)
    run(MerchantProductState.save_rule.fn(page, junk))
    assert [one.is_on for one in rows(ApprovalRule)] in ([], [False])


@pytest.mark.parametrize("who", ["alice", "mo", "carol", "nobody"])
def test_nobody_else_reads_or_sets_it(town: Town, who: str) -> None:
    have_rule(town, now=clock.now())
    page = form_of(MANUAL, who)
    assert page.view.rule.version == 0
    page.rule_of, page.rule_seen = MANUAL, 1
    save_rule(page, rule_most="1")
    assert versions() == [(1, True, RULE.most)]


def test_the_rule_of_an_archived_product_is_switched_off(town: Town) -> None:
    have_rule(town, now=clock.now())
    act(archive_product, town.bob, MANUAL, now=clock.now())
    save_rule(form_of(MANUAL), rule_on="")
    assert [on for _, on, _ in versions()] == [True, False]


def test_what_is_wrong_in_one_form_of_the_page_stays_when_the_other_is_sent(town: Town) -> None:
    page = form_of(MANUAL)
    save(page, price="很多")
    save_rule(page, rule_most="很多")
    assert errors(page) == {"price": "not_money", "rule_most": "not_money"}
    save(page, price="88.00")
    assert errors(page) == {"rule_most": "not_money"}
    save_rule(page)
    assert errors(page) == {}


def ask_form(tale: Tale) -> Any:
    page = page_of(CancelState, "alice", f"/orders/{tale.no}/cancel")
    run(CancelState.load.fn(page))
    return page


def test_the_form_says_it_is_approved_at_once_and_so_does_the_answer(town: Town) -> None:
    have_rule(town, replace(RULE, most=9900), now=clock.now())
    tale = town.tale(clock.now()).order(MANUAL, 2).pay()
    page = ask_form(tale)
    assert (page.rule.at_once, page.rule.why) == (False, "rule_amount")
    run(CancelState.choose_count.fn(page, "1"))
    assert page.rule.at_once
    said = run(CancelState.submit.fn(page, {"reason": "other", "text": "买多了"}))
    assert "已自动同意" in str(said) and tale.case.status == "approved"


def test_a_cap_used_up_meanwhile_leads_to_the_merchant_and_is_said_so(town: Town) -> None:
    have_rule(town, replace(RULE, per_day=1), now=clock.now())
    tale, other = (town.tale(clock.now(), who).order(MANUAL).pay() for who in (town.alice, town.mallory))
    page = ask_form(tale)
    assert page.rule.at_once
    other.request()
    said = run(CancelState.submit.fn(page, {"reason": "other", "text": "不要了"}))
    assert "申请已提交，发货已暂停" in str(said) and tale.case.status == "review"


def test_the_desk_of_deliveries_holds_answers_back_until_the_press(town: Town) -> None:
    town.sell("game", buyer_fields=ASKED, promise_seconds=86_400)
    have_rule(town, slug="game", now=clock.now())
    tale = town.tale(clock.now()).order("game").pay(answers={"answer1": "Dragon77", "answer2": "一区"})
    page = page_of(DeliveryState, "bob", "/merchant/delivery")
    run(DeliveryState.load.fn(page))
    assert "Dragon77" not in str(vars(page)) and page.rows[0].closed
    run(DeliveryState.begin.fn(page, tale.no))
    assert (page.rows[0].closed, page.rows[0].ruled, page.rows[0].begun_at is None) == (False, False, False)
    assert "Dragon77" not in str(vars(page))
