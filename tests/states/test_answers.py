"""The fields of a shop on its form, at checkout and on the page of the order, called as anybody may call them (R86)."""

from typing import Any

import pytest

from cardmall.domain.buyer_fields import SLOTS
from cardmall.models import BuyerAnswer
from cardmall.pages.merchant.product_fields import fields_card
from cardmall.states.merchant.product import MerchantProductState
from cardmall.states.shopper.checkout import CheckoutState
from cardmall.states.shopper.order import OrderState
from tests.services.test_buyer_answers import ASKED, GAME, MINE, OTHER
from tests.states.test_desks import page_of
from tests.states.test_goods import form_of, run, save
from tests.town import MANUAL, Tale, Town, count, rows, settle_town, sign_everybody_in


@pytest.fixture
def town(database: Any) -> Town:
    found = settle_town()
    sign_everybody_in()
    found.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    return found


def order_page(tale: Tale, who: str = "alice") -> Any:
    page = page_of(OrderState, who, f"/orders/{tale.no}")
    run(OrderState.load.fn(page))
    return page


def test_a_shop_adds_moves_and_removes_fields_and_no_word_is_lost(town: Town) -> None:
    page = form_of(MANUAL)
    MerchantProductState.ask_more.fn(page)
    MerchantProductState.type.fn(page, dict(page.typed) | {"field1_label": "密 码", "name": "新名"})
    MerchantProductState.ask_more.fn(page)
    MerchantProductState.type.fn(page, dict(page.typed) | {"field2_label": "区服"})
    save(page)
    assert (page.fields_wrong["field1_label"], page.fields_wrong["field2_label"]) == ("secret_asked", "")
    MerchantProductState.ask_before.fn(page, 2)
    assert (page.typed["field1_label"], page.typed["field2_label"], page.typed["name"]) == ("区服", "密 码", "新名")
    assert page.asked == [], "what cannot be read is no preview"
    MerchantProductState.ask_less.fn(page, 2)
    assert [one.label for one in page.asked] == ["区服"]
    assert [(one.field, one.after) for one in page.changes if one.field == "fields"] == [("fields", "区服")]
    junks: list[Any] = [None, "1", 99, -1, {}, 1.5]
    for junk in junks:
        MerchantProductState.ask_less.fn(page, junk)
        MerchantProductState.ask_before.fn(page, junk)
    assert page.typed["field1_label"] == "区服"
    save(page)
    assert (page.dirty, page.typed["field1_label"]) == (False, "区服")


def test_at_checkout_each_error_stands_beside_its_field(town: Town) -> None:
    tale = town.tale().order(GAME)
    page = page_of(CheckoutState, "alice", f"/checkout/{tale.no}")
    run(CheckoutState.load.fn(page))
    assert [one.label for one in page.view.fields] == [one.label for one in ASKED]
    run(CheckoutState.pay.fn(page, {"channel": "alipay", "consent": "on", "answer1": "a b", "answer2": 7}))
    assert (page.answers_wrong["answer1"], page.answers_wrong["answer2"]) == ("not_letters", "required")
    assert (page.consent_error, count(BuyerAnswer)) == ("", 0)
    run(CheckoutState.pay.fn(page, {"channel": "alipay", "consent": "on", **MINE}))
    assert count(BuyerAnswer) == 3
    stranger = page_of(CheckoutState, "mallory", f"/checkout/{tale.no}")
    run(CheckoutState.load.fn(stranger))
    assert (stranger.missing, stranger.view.fields) == (True, [])


def test_a_shopper_corrects_on_the_page_of_the_order_and_nobody_else_does(town: Town) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    before = [row.sealed for row in rows(BuyerAnswer, by=BuyerAnswer.n)]
    for who in ("", "mallory", "bob", "carol"):
        page = order_page(tale, who)
        run(OrderState.open_answers.fn(page, True))
        run(OrderState.correct.fn(page, OTHER))
        assert (page.correcting, page.asked) == (False, [])
        assert "Dragon77" not in str(page.view)
    assert [row.sealed for row in rows(BuyerAnswer, by=BuyerAnswer.n)] == before
    page = order_page(tale)
    junk: Any = "yes"
    run(OrderState.open_answers.fn(page, junk))
    assert not page.correcting
    run(OrderState.open_answers.fn(page, True))
    assert (page.correcting, page.asked[0].answer) == (True, "Dragon77")
    run(OrderState.correct.fn(page, OTHER | {"again1": "x"}))
    assert (page.correcting, page.answers_wrong["again1"]) == (True, "not_same")
    run(OrderState.correct.fn(page, OTHER))
    assert (page.correcting, page.view.fields.answers[0].answer) == (False, "Tiger88")


def test_that_a_field_is_typed_twice_is_sent_along_while_its_kind_is_a_choice() -> None:
    parts = [part.replace(" ", "") for part in str(fields_card()).split("jsx(")]
    hidden = [part for part in parts if 'type:"hidden"' in part]
    assert all(sum(f'name:"field{slot}_twice"' in part for part in hidden) == 1 for slot in SLOTS)
