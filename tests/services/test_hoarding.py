"""Nobody keeps the shelf empty without paying: not by ordering it all, not again and again, not by opening payments."""

from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from cardmall.domain import limits
from cardmall.domain.terms import Actor, PaymentStatus
from cardmall.models import Order, Payment
from cardmall.services.order import orders
from tests.services.race import race, refusals
from tests.town import AUTO, DAY, HOUR, MANUAL, MINUTE, NOW, PRICE, Town, act, hear, more_shoppers, refused, rows


def order(who: Actor, slug: str, quantity: int = 1, at: datetime = NOW) -> str:
    return act(orders.place_order, who, slug, quantity=quantity, price=PRICE, now=at)


def hoard(who: Actor, slug: str) -> None:
    """As much as may be."""
    while True:
        said = refused(order, who, slug, 20)
        if not said.n:
            return
        order(who, slug, said.n)


def test_two_hoard_as_much_as_they_may_and_the_third_gets_a_card(town: Town) -> None:
    town.sell("forty", 40)
    order(town.alice, "forty", 20)
    hoard(town.alice, "forty")
    hoard(town.mallory, "forty")
    (third,) = more_shoppers(1)
    assert sum(o.quantity for o in rows(Order)) == 30
    assert order(third, "forty", 5)


def test_the_refusal_names_how_many_are_possible(town: Town) -> None:
    said = refused(order, town.alice, AUTO, 6)
    assert (said.reason, said.n) == ("too_many_pieces", 5)
    order(town.alice, AUTO, 5)
    assert refused(order, town.alice, AUTO, 1).n == 0
    assert refused(order, town.alice, AUTO, 9).reason == "out_of_stock"
    assert order(town.alice, MANUAL, 20), "nobody waits for a shelf that is filled by hand"


def test_what_was_paid_is_not_kept_from_anybody(town: Town) -> None:
    town.tale().order(AUTO, 5).pay()
    assert order(town.alice, AUTO, 5)


def test_two_tabs_at_once_get_no_more_than_one_after_the_other(town: Town) -> None:
    results = race(*[lambda: order(town.alice, AUTO, 3) for _ in range(4)], jitter=0.01)
    assert refusals(results).count("too_many_pieces") == 3


def test_after_three_lapsed_orders_the_next_one_waits(town: Town) -> None:
    for n, end in enumerate(("cancel", "expire", "cancel")):
        getattr(town.tale(NOW + n * HOUR).order(AUTO), end)()
    last = max(o.closed_at for o in rows(Order))
    said = refused(order, town.alice, AUTO, 1, last + MINUTE)
    assert (said.reason, said.at) == ("too_many_tries", last + limits.LAPSE_PAUSE)
    assert order(town.mallory, AUTO, 1, last + MINUTE), "her own lapses only"
    assert order(town.alice, MANUAL, 1, last + MINUTE), "this product only"
    assert order(town.alice, AUTO, 1, last + limits.LAPSE_PAUSE)


def test_a_day_later_lapses_are_forgotten(town: Town) -> None:
    for _ in range(3):
        town.tale().order(AUTO).cancel()
    assert order(town.alice, AUTO, 1, NOW + DAY)


def test_tries_the_channel_failed_are_no_lapses(town: Town) -> None:
    for n in range(3):
        tale = town.tale(NOW + n * MINUTE).order(AUTO)
        act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=tale.at)
        hear(tale.payments[0], tale.at, paid=False)
        assert tale.payments[0].status is PaymentStatus.failed
        tale.cancel()
    assert order(town.alice, AUTO, 1, NOW + 5 * MINUTE)


def test_an_order_opens_ten_payments_at_most(town: Town) -> None:
    tale = town.tale().order(MANUAL)
    channels = ("alipay", "wechat")

    def start(n: int) -> str:
        return act(orders.start_payment, town.alice, tale.no, channel=channels[n % 2], consent=True, now=NOW)

    numbers = [start(n) for n in range(limits.PAYMENTS)]
    no = refused(start, limits.PAYMENTS)
    assert (no.reason, no.at, no.offer) == ("too_many_tries", NOW + limits.PAY_WITHIN, "order")
    assert len(rows(Payment)) == limits.PAYMENTS
    assert start(limits.PAYMENTS - 1) == numbers[-1], "the one at hand can still be paid"


def test_money_that_came_too_late_is_no_lapse(town: Town) -> None:
    for n in range(3):
        tale = town.tale(NOW + n * MINUTE).order(AUTO)
        act(orders.start_payment, town.alice, tale.no, channel="alipay", consent=True, now=tale.at)
        tale.cancel()
        hear(tale.payments[0], tale.at)
    assert order(town.alice, AUTO, 1, NOW + 5 * MINUTE)


def test_nothing_is_given_away_by_a_price_of_nothing(town: Town) -> None:
    """An order of nothing could be placed, and crashed at payment."""
    with pytest.raises(IntegrityError, match="ck_price_at_least_a_fen"):
        town.sell("free-card", 1, price=0)
