"""A NUL where a number, a slug or words are expected: not found or wrong, on either database; never a crash."""

from typing import Any

import pytest

from cardmall import cookies, desk
from cardmall.adapters import clock
from cardmall.domain.terms import Refused
from cardmall.services.account.standing import disable_account
from cardmall.services.case.answers import approve_case, make_offer
from cardmall.services.case.cases import request_cancellation
from cardmall.services.money.statements import close_mismatch
from cardmall.services.order.delivery import deliver_manually, reveal_card
from cardmall.services.order.orders import place_order, start_payment
from cardmall.services.shop.shops import disable_shop
from cardmall.services.talk.support import write_support
from cardmall.services.transfer.transfers import agree_transfer
from cardmall.views.admin.people import people_page
from cardmall.views.admin.shops import shops_page
from cardmall.views.public.home import catalog_page
from cardmall.views.public.product import product_view
from cardmall.views.public.shelf import Shelf
from cardmall.views.shopper.case import case_page
from cardmall.views.shopper.order import order_view
from cardmall.views.shopper.refund import refund_page
from cardmall.views.shopper.transfer import transfer_view
from tests.town import MANUAL, Tale, Town, settle_town, sign_everybody_in

NUL = "CM\0"
NOWHERE = ("not_found", "unlisted")


@pytest.fixture
def tale(database: Any) -> Tale:
    town: Town = settle_town(clock.now())
    sign_everybody_in()
    return town.tale().order(MANUAL).pay()


def said(work: Any, who: str, *args: Any, **kw: Any) -> str:
    """How the house refused it."""
    with pytest.raises(Refused) as refused:
        work(cookies.hash_of(who), *args, **kw)
    return refused.value.reason.value


@pytest.mark.parametrize(
    ("who", "view"),
    [("alice", order_view), ("alice", case_page), ("alice", refund_page), ("alice", transfer_view), ("", product_view)],
)
def test_no_page_has_such_a_number(tale: Tale, who: str, view: Any) -> None:
    assert said(desk.look, who, view, NUL) in NOWHERE


def test_a_search_finds_nothing(tale: Tale) -> None:
    assert desk.look("", catalog_page, Shelf(q=NUL)).rows == []
    assert desk.look(cookies.hash_of("carol"), shops_page, text=NUL).rows == []
    assert desk.look(cookies.hash_of("carol"), people_page, text=NUL).rows == []


@pytest.mark.parametrize(
    ("who", "use_case", "told"),
    [
        ("alice", place_order, {"quantity": "1", "price": "9900"}),
        ("alice", start_payment, {"channel": "alipay", "consent": True}),
        ("alice", reveal_card, {"card_id": NUL, "address": NUL}),
        ("bob", approve_case, {}),
        ("bob", make_offer, {"kind": "amount", "amount": NUL, "text": NUL}),
        ("bob", deliver_manually, {"codes": [NUL]}),
        ("carol", disable_shop, {"reason": NUL}),
        ("carol", disable_account, {"reason": NUL}),
        ("carol", close_mismatch, {"note": NUL}),
        ("alice", agree_transfer, {}),
        ("alice", write_support, {"text": NUL}),
    ],
)
def test_no_act_has_such_a_number(tale: Tale, who: str, use_case: Any, told: dict[str, Any]) -> None:
    assert said(desk.act, who, use_case, NUL, **told) in NOWHERE


def test_a_request_in_such_words_is_made_without_them(tale: Tale) -> None:
    form = {"way": "request", "reason": "other", "text": f"不要了{NUL}"}
    assert said(desk.submit_request, "alice", NUL, **form) == "not_found"
    desk.submit_request(cookies.hash_of("alice"), tale.no, **form)
    assert tale.case.text.startswith("不要了CM") and "\0" not in tale.case.text
    assert said(desk.act, "alice", request_cancellation, tale.no, **form) == "case_open"


def test_half_a_character_finds_nothing_either(tale: Tale) -> None:
    assert said(desk.look, "alice", order_view, "CM\ud800") in NOWHERE


@pytest.mark.parametrize("number", [2**31, 3_000_000_000, 2**62])
def test_a_number_no_row_can_have_finds_nothing(tale: Tale, number: int) -> None:
    assert said(desk.act, "carol", close_mismatch, number, note="looked into it") in NOWHERE
    assert said(desk.act, "carol", disable_account, number, reason="a good reason") in NOWHERE
