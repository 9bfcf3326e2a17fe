"""One order on its shop's desk: as sold, its money and what that waits for, in every state; closed to others."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cardmall import locales
from cardmall.domain import limits
from cardmall.domain.rules import settlement
from cardmall.domain.terms import Reason
from cardmall.services.shop.shops import disable_shop
from cardmall.views.merchant.order import ShopOrder, shop_order
from tests.town import AUTO, MANUAL, NOW, Tale, Town, act, refused


def seen(tale: Tale) -> ShopOrder:
    return act(shop_order, tale.town.bob, tale.no, now=tale.at)


def test_an_order_that_is_not_paid_holds_nothing(town: Town) -> None:
    money = seen(town.tale().order(AUTO)).money
    assert (money.held, money.paid, money.rows, money.at) == (0, 0, [], None)


def test_what_is_held_waits_for_completion(town: Town) -> None:
    view = seen(town.tale().order(MANUAL).pay())
    assert (view.money.held, view.money.waits) == (view.order.total, Reason.stale.value)
    assert [row.entry for row in view.money.rows] == ["capture"]


WAITS: dict[str, Callable[[Tale], Tale]] = {
    "case_open": lambda t: t.order(MANUAL).pay().request(),
    "transfer_open": lambda t: t.order(MANUAL).pay().offer_to("mallory@cardmall.test"),
    "refund_open": lambda t: t.order(MANUAL).pay().request().approve(),
    "stale": lambda t: t.order(AUTO).pay().deliver(),
    "too_early": lambda t: t.order(AUTO).pay().deliver().complete(),
}


@pytest.mark.parametrize("reason", WAITS)
def test_the_shop_reads_what_its_money_waits_for(town: Town, reason: str) -> None:
    money = seen(WAITS[reason](town.tale())).money
    assert money.held and money.waits == reason


def test_a_disabled_shop_waits_before_anything_else(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request()
    act(disable_shop, town.carol, "bobs", reason="逾期", now=tale.at)
    assert seen(tale).money.waits == "shop_disabled"


def test_an_ended_order_stays_readable_with_its_refund(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request().approve()
    view = seen(tale)
    assert view.order.status == "canceled" and view.order.refunds and view.money.waits == Reason.refund_open.value
    tale.refund_arrives()
    view = seen(tale)
    assert (view.money.held, [row.entry for row in view.money.rows]) == (0, ["refund", "capture"])


def test_a_completed_order_names_the_day_it_is_settled(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().deliver().complete()
    money = seen(tale).money
    assert money.held and money.at and money.at >= tale.at + limits.SETTLE_AFTER - timedelta(minutes=1)


def test_the_shop_is_told_who_bought_masked_and_never_the_account_that_paid(town: Town) -> None:
    view = seen(town.tale().order(AUTO).pay().deliver())
    assert view.shopper.endswith("*") and len(view.shopper) == 2
    assert view.order.payer == "" and all(card.status == "sealed" for card in view.order.cards)


def test_every_reason_that_keeps_the_money_has_words() -> None:
    assert {row.reason.value for row in settlement.TABLE} == set(locales.texts_below("shop_order.waits"))


@pytest.mark.parametrize("who", ["alice", "mallory", "mo", "carol"])
def test_nobody_else_opens_it(town: Town, who: str) -> None:
    tale = town.tale().order(AUTO).pay()
    reason = Reason.not_found if who == "mo" else Reason.not_allowed
    assert refused(act, shop_order, getattr(town, who), tale.no, now=NOW).reason is reason


def test_a_visitor_signs_in_first(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    assert refused(act, shop_order, None, tale.no, now=NOW).reason is Reason.sign_in_first
    assert refused(act, shop_order, town.bob, "nothing", now=NOW).reason is Reason.not_found
