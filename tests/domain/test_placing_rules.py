"""Who may order what now (R7): every row of the table, and the order of its rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cardmall.domain import limits
from cardmall.domain.rules.placing import PlacingAct, PlacingFacts, may
from cardmall.domain.rules.turn import SHOPPER, Standing
from cardmall.domain.terms import Offer, Reason, Role

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BY_HAND = PlacingFacts()
DEAR = {"price": 9900, "seen": 9899}
SHELF = PlacingFacts(stocked=True, available=10, pieces=2)
LAPSED = tuple(NOW - timedelta(hours=n) for n in range(limits.LAPSES))


@pytest.mark.parametrize("found", [BY_HAND, SHELF])
def test_a_confirmed_person_may_order_what_is_there(found: PlacingFacts) -> None:
    assert all(may(action, SHOPPER, found, NOW).is_open for action in PlacingAct)


@pytest.mark.parametrize(
    ("told", "reason", "offer"),
    [
        ({"on_sale": False}, Reason.unlisted, Offer.shop),
        ({"away_until": NOW, "confirmed": False}, Reason.shop_away, Offer.shop),
        ({"confirmed": False}, Reason.confirm_first, Offer.confirm),
        ({"unpaid": limits.UNPAID_ORDERS}, Reason.too_many_unpaid, Offer.orders),
        (DEAR, Reason.price_changed, Offer.form),
        ({"lapses": LAPSED}, Reason.too_many_tries, Offer.orders),
        ({"available": 1}, Reason.out_of_stock, Offer.shop),
        ({"own_unpaid": limits.UNPAID_PIECES, "available": limits.UNPAID_PIECES}, Reason.too_many_pieces, Offer.form),
    ],
)
def test_each_row_refuses_before_those_below_it(told: dict[str, Any], reason: Reason, offer: Offer) -> None:
    turn = may(PlacingAct.place, SHOPPER, replace(SHELF, **told), NOW)
    assert (turn.reason, turn.offer) == (reason, offer)


def test_what_became_cheaper_is_sold_and_what_became_dearer_is_not_whatever_else_holds() -> None:
    for seen, is_open in ((9901, True), (9900, True), (9899, False)):
        assert may(PlacingAct.place, SHOPPER, replace(SHELF, price=9900, seen=seen), NOW).is_open is is_open
    both = replace(SHELF, **DEAR, available=0, lapses=LAPSED)
    assert may(PlacingAct.place, SHOPPER, both, NOW).reason is Reason.price_changed
    assert may(PlacingAct.take_over, SHOPPER, both, NOW).is_open, "a transfer is paid at the price of its order"


def test_nobody_orders_more_at_once_than_the_product_allows() -> None:
    for found in (replace(BY_HAND, most=3), replace(SHELF, most=3)):
        assert may(PlacingAct.place, SHOPPER, replace(found, pieces=3), NOW).is_open
        assert may(PlacingAct.place, SHOPPER, replace(found, pieces=4), NOW).reason is Reason.too_many_pieces
        assert found.possible == 3


def test_the_pause_says_when_it_ends() -> None:
    turn = may(PlacingAct.place, SHOPPER, replace(SHELF, lapses=LAPSED), NOW)
    assert turn.opens_at == NOW + limits.LAPSE_PAUSE


def test_a_shop_that_is_away_says_when_it_is_back_and_passes_its_orders_on_meanwhile() -> None:
    back = NOW + timedelta(days=3)
    turn = may(PlacingAct.place, SHOPPER, replace(BY_HAND, away_until=back), NOW)
    assert (turn.reason, turn.opens_at) == (Reason.shop_away, back)
    assert may(PlacingAct.place, SHOPPER, replace(BY_HAND, away_until=back, on_sale=False), NOW).reason == "unlisted"
    assert may(PlacingAct.take_over, SHOPPER, replace(BY_HAND, away_until=back), NOW).is_open


def test_what_is_delivered_by_hand_knows_no_stock_and_no_pause() -> None:
    assert may(PlacingAct.place, SHOPPER, replace(BY_HAND, lapses=LAPSED, pieces=20), NOW).is_open


def test_an_order_taken_over_asks_for_a_proven_address_and_room_only() -> None:
    assert may(PlacingAct.take_over, SHOPPER, replace(SHELF, on_sale=False, available=0, lapses=LAPSED), NOW).is_open
    for told, reason in (({"confirmed": False}, "confirm_first"), ({"unpaid": 5}, "too_many_unpaid")):
        assert may(PlacingAct.take_over, SHOPPER, replace(SHELF, **told), NOW).reason == reason


@pytest.mark.parametrize("action", PlacingAct)
@pytest.mark.parametrize("role", [Role.merchant, Role.admin, Role.system])
def test_only_shoppers_order(role: Role, action: PlacingAct) -> None:
    assert may(action, Standing(role), SHELF, NOW).reason is Reason.not_allowed
