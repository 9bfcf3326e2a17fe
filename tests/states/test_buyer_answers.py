"""What buyers answered, on live pages: orders are delivered by what was shown, and no page keeps more (R86)."""

import asyncio
from typing import Any

import pytest

from cardmall.domain.terms import Offer, Reason, Refused
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.states.merchant.delivery import DeliveryState
from cardmall.states.merchant.order import MerchantOrderState
from cardmall.states.shopper.case import CaseState
from cardmall.states.shopper.checkout import CheckoutState
from cardmall.states.shopper.order import OrderState
from cardmall.states.shopper.printout import PrintState
from cardmall.states.shopper.support import SupportState
from tests.services.test_buyer_answers import ASKED, GAME, MINE, OTHER
from tests.states.test_desks import page_of
from tests.town import Tale, Town, act, settle_town, sign_everybody_in

SECRETS = ("Dragon77", "Tiger88", "13800138000")


@pytest.fixture
def town(database: Any) -> Town:
    found = settle_town()
    found.sell(GAME, buyer_fields=ASKED, promise_seconds=2 * 86_400)
    sign_everybody_in()
    return found


def run(call: Any) -> Any:
    return asyncio.run(call) if asyncio.iscoroutine(call) else call


def opened(kind: Any, who: str, path: str) -> Any:
    page = page_of(kind, who, path)
    run(kind.load.fn(page))
    return page


def correct(tale: Tale) -> None:
    act(correct_answers, tale.shopper, tale.no, OTHER, seen=1, now=tale.at)


def deliver(page: Any, tale: Tale) -> Any:
    return run(DeliveryState.deliver.fn(page, {"no": tale.no, "codes": "CODE-1"}))


def first_answers(page: Any) -> list[tuple[str, bool]]:
    return [(row.fields[0].answer, row.corrected) for row in page.rows]


def test_a_live_page_says_that_answers_were_corrected_and_delivers_by_them_once_that_was_told(town: Town) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    page = opened(DeliveryState, "bob", "/merchant/delivery")
    assert first_answers(page) == [("D****7", False)]
    correct(tale)
    run(DeliveryState.refresh.fn(page))
    run(DeliveryState.load.fn(page))  # it reconnects
    assert first_answers(page) == [("T****8", True)]
    assert deliver(page, tale) is None
    assert (page.wrong_no, page.codes_error) == (tale.no, "corrected")
    assert (tale.row.status, tale.cards, first_answers(page)) == ("awaiting_delivery", [], [("T****8", False)])
    assert deliver(page, tale) is None and tale.row.status == "delivered"
    assert (page.rows, page.wrong_no, page.codes_error, page.done_no) == ([], "", "", tale.no)


def test_a_page_that_heard_of_no_correction_is_told_by_its_press(town: Town) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    page = opened(DeliveryState, "bob", "/merchant/delivery")
    correct(tale)
    deliver(page, tale)
    assert (page.codes_error, tale.row.status, first_answers(page)) == (
        "corrected",
        "awaiting_delivery",
        [("T****8", False)],
    )
    unseen = page_of(DeliveryState, "bob", "/merchant/delivery")
    deliver(unseen, tale)
    assert (unseen.codes_error, tale.row.status) == ("corrected", "awaiting_delivery"), "who saw none delivers by none"


def test_the_form_to_correct_is_there_only_while_it_is_open(town: Town) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    page = opened(OrderState, "alice", f"/orders/{tale.no}")
    assert (page.correcting, page.asked) == (False, [])
    run(OrderState.open_answers.fn(page, True))
    assert (page.correcting, [one.answer for one in page.asked]) == (True, ["Dragon77", "一区", "13800138000"])
    run(OrderState.open_answers.fn(page, False))
    assert (page.correcting, page.asked) == (False, [])
    run(OrderState.open_answers.fn(page, True))
    run(OrderState.correct.fn(page, OTHER | {"again1": ""}))
    assert (page.correcting, page.answers_wrong["again1"]) == (True, "not_same"), "nothing typed is lost"
    tale.deliver_by_hand("CODE-1")
    run(OrderState.refresh.fn(page))
    assert (page.correcting, page.asked) == (False, [])
    for who in ("bob", "carol", "mallory", ""):
        stranger = page_of(OrderState, who, f"/orders/{tale.no}")
        run(OrderState.open_answers.fn(stranger, True))
        assert (stranger.correcting, stranger.asked) == (False, [])


def test_a_form_opened_before_another_window_corrected_says_so_once_and_loses_nothing(town: Town) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    page = opened(OrderState, "alice", f"/orders/{tale.no}")
    run(OrderState.open_answers.fn(page, True))
    correct(tale)
    run(OrderState.refresh.fn(page))
    form = MINE | {"answer1": "Wolf99", "again1": "Wolf99"}
    assert run(OrderState.correct.fn(page, form)) is None
    assert (page.correcting, page.answers_wrong["answer1"], page.answers_wrong["answer2"]) == (True, "newer", "")
    assert page.view.fields.answers[0].answer == "Tiger88"
    run(OrderState.correct.fn(page, form))
    assert (page.correcting, page.view.fields.answers[0].answer) == (False, "Wolf99")


@pytest.mark.parametrize(
    ("kind", "who", "path"),
    [
        (PrintState, "alice", "/orders/{no}/print"),
        (PrintState, "bob", "/orders/{no}/print"),
        (SupportState, "alice", "/support/{no}"),
        (CaseState, "alice", "/cases/{case}"),
        (CheckoutState, "alice", "/checkout/{no}"),
        (MerchantOrderState, "bob", "/merchant/orders/{no}"),
        (DeliveryState, "bob", "/merchant/delivery"),
        (OrderState, "carol", "/orders/{no}"),
    ],
)
def test_no_answer_lies_in_a_page_that_does_not_need_it(town: Town, kind: Any, who: str, path: str) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE).request()
    page = opened(kind, who, path.format(no=tale.no, case=tale.case.no))
    kept = str(page.dict())
    assert page.loaded and tale.no in kept
    assert not any(secret in kept for secret in SECRETS)


def test_what_is_typed_twice_is_typed_twice_with_the_next_order_too(town: Town) -> None:
    town.tale().order(GAME).pay(answers=MINE)
    tale = town.tale().order(GAME)
    page = opened(CheckoutState, "alice", f"/checkout/{tale.no}")
    assert [one.answer for one in page.view.fields] == ["Dragon77", "一区", "13800138000"]
    form = {"channel": "alipay", "consent": "on"} | MINE | {"again1": ""}
    run(CheckoutState.pay.fn(page, form))
    assert page.answers_wrong["again1"] == "not_same"


def test_a_look_that_was_refused_forgets_no_edition(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tale = town.tale().order(GAME).pay(answers=MINE)
    page = opened(DeliveryState, "bob", "/merchant/delivery")

    def refused_look(_: Any, **asked: str) -> None:
        raise Refused(Reason.too_many_tries, Offer.form)

    with monkeypatch.context() as patch:
        patch.setattr("cardmall.states.merchant.delivery.to_deliver", refused_look)
        run(DeliveryState.refresh.fn(page))
    correct(tale)
    run(DeliveryState.refresh.fn(page))
    assert first_answers(page) == [("T****8", True)]
