"""An order and the press that sets its shop away at once: whoever is first, no order is placed while it is away."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import col

from cardmall.domain.away import opens_again
from cardmall.domain.calendar import day_of
from cardmall.domain.terms import Actor, CardStatus, Refused
from cardmall.models import Away, Card, Event, Order
from cardmall.services.order.orders import place_order
from cardmall.services.shop.away import go_away, open_again
from tests.services.race import race, refusals, rounds
from tests.town import AUTO, DAY, NOW, PRICE, Town, act, count, more_shoppers, refused, rows

pytestmark = pytest.mark.slow
TIMES = rounds(40)
BACK = day_of(NOW) + 7 * DAY


def order(who: Actor, now: datetime = NOW, slug: str = "plenty") -> str:
    return act(place_order, who, slug, quantity=1, price=PRICE, now=now)


def test_an_order_beside_it_stands_whole_or_not_at_all(town: Town) -> None:
    town.sell("plenty", TIMES)
    winners: Counter[str] = Counter()
    for n, who in enumerate(more_shoppers(TIMES)):
        at = NOW + timedelta(seconds=n)
        leave = partial(act, go_away, town.bob, day=str(BACK), note="", now=at)
        placed, _ = race(partial(order, who, at), leave, jitter=0.004)
        mine = rows(Order, Order.shopper_id == who.id)
        if isinstance(placed, Refused):
            winners["away"] += 1
            assert (placed.reason, placed.at, mine) == ("shop_away", opens_again(BACK), [])
        else:
            winners["order"] += 1
            assert [one.status for one in mine] == ["pending_payment"]
            assert _written(mine[0]) < _away_written(), "no order is placed after the shop went away"
        assert refused(order, who, at).reason == "shop_away"
        act(open_again, town.bob, now=at)
    assert set(winners) == {"away", "order"}
    assert count(Card, col(Card.status) == CardStatus.reserved) == count(Order) == winners["order"]


def _written(order: Order) -> int:
    (event,) = rows(Event, Event.order_id == order.id, Event.verb == "ordered")
    return event.id


def _away_written() -> int:
    return rows(Event, Event.verb == "away")[-1].id


def test_pressed_by_two_owners_at_once_it_is_away_once(town: Town) -> None:
    presses = [partial(act, go_away, town.bob, day=str(BACK + n * DAY), note="", now=NOW) for n in range(4)]
    assert refusals(race(*presses)) == ["changed"] * 3
    assert (count(Away), count(Event, Event.verb == "away")) == (1, 1)


def test_orders_of_many_do_not_wait_for_one_another_and_all_see_it(town: Town) -> None:
    act(go_away, town.bob, day=str(BACK), note="", now=NOW)
    told = race(*(partial(order, who, NOW, AUTO) for who in more_shoppers(8)))
    assert refusals(told) == ["shop_away"] * 8
    assert count(Order) == 0
