"""Stock and everybody else at once: no code comes twice, who waits is served, what is withdrawn is never sold."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from sqlmodel import col, select

from cardmall.adapters import clock, db, jobs
from cardmall.adapters.world import a_look
from cardmall.domain import limits
from cardmall.domain.terms import SYSTEM, DeliveryMode, Refused
from cardmall.models import Batch, Card, Order, Product
from cardmall.services.order import orders
from cardmall.services.shop import batches, restock, withdrawing
from tests.services.race import race, refusals, rounds
from tests.services.test_batches import at_noon, batch, cards, codes, hand_in, kept, waiting  # noqa: F401 - a fixture
from tests.services.test_served_again import look_again, short
from tests.town import NOW, PRICE, Town, act, count, more_shoppers, rows, run_jobs

pytestmark = pytest.mark.slow
TIMES = rounds(20)
SOME = rounds(8)


def work() -> None:
    """A worker that runs what is due until nothing is."""
    while job := jobs.claim_one():
        jobs.run_one(job)


def confirm(town: Town, name: str) -> None:
    act(batches.confirm_batch, town.bob, name, now=clock.now())


def test_two_lists_of_the_same_codes_bring_each_code_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STOCKED_AT_ONCE", 3)
    for turn in range(TIMES):
        same = [f"R{turn}-{n:03d}" for n in range(9)]
        names = [hand_in(town.bob, "\n".join(order)) for order in (same, same[::-1])]
        run_jobs()
        for name in names:
            confirm(town, name)
        race(work, work, jitter=0.004)
        found = [batch(name) for name in names]
        assert {one.status for one in found} == {"stocked"}
        assert sum(one.stocked for one in found) == sum(one.taken for one in found) == 9
        assert codes(col(Card.batch_id).in_([one.id for one in found])) == set(same)


def test_confirmed_and_dropped_one_wins(town: Town) -> None:
    winners: Counter[str] = Counter()
    for turn in range(TIMES):
        name = hand_in(town.bob, f"D{turn}-1\nD{turn}-2")
        run_jobs()
        drop = partial(act, batches.drop_batch, town.bob, name, now=clock.now())
        results = race(partial(confirm, town, name), drop, jitter=0.004)
        assert refusals(results) == ["changed"]
        run_jobs()
        found = batch(name)
        winners[found.status.value] += 1
        stock = 2 if found.status == "stocked" else 0
        assert (found.stocked, len(cards(Card.batch_id == found.id)), kept()) == (stock, stock, 0)
    assert set(winners) == {"stocked", "dropped"}


def test_a_part_that_two_workers_have_comes_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first was believed dead, and the second has taken its lease over."""
    monkeypatch.setattr(limits, "STOCKED_AT_ONCE", 2)
    for turn in range(TIMES):
        name = hand_in(town.bob, "\n".join(f"K{turn}-{n}" for n in range(4)))
        run_jobs()
        confirm(town, name)
        key = batch(name).id

        def stock(key: str = key) -> None:
            with db.reading() as session:
                found = restock.seal_next_part(a_look(session, SYSTEM), key)
            act(restock.stock_part, key, found, now=clock.now())

        race(stock, stock, jitter=0.004)
        race(stock, stock, jitter=0.004)
        run_jobs()
        found = batch(name)
        assert (found.status, found.stocked, found.taken) == ("stocked", 4, 0)
        assert codes(Card.batch_id == key) == {f"K{turn}-{n}" for n in range(4)}


def test_new_stock_a_buyer_and_a_shopper_who_gives_up(town: Town) -> None:
    """The two who paid come first; the one who cancels leaves a card for the buyer or for nobody, never for two."""
    outcomes: Counter[str] = Counter()
    for turn in range(TIMES):
        first, second = waiting(town, [1, 1], slug=f"scarce{turn}")
        name = hand_in(town.bob, f"S{turn}-1\nS{turn}-2", slug=f"scarce{turn}")
        run_jobs()
        confirm(town, name)
        now = clock.now()
        cancel = partial(act, orders.cancel_now, town.alice, first.no, now=now)
        buy = partial(act, orders.place_order, town.mallory, f"scarce{turn}", quantity=1, price=PRICE, now=now)
        _, canceled, bought = race(work, cancel, buy, jitter=0.02)
        run_jobs()
        stock = cards(Card.batch_id == batch(name).id)
        gave_up, got = not isinstance(canceled, Refused), not isinstance(bought, Refused)
        outcomes[f"{'canceled' if gave_up else 'delivered'} {'bought' if got else 'sold out'}"] += 1
        assert second.row.status == "delivered"
        assert first.row.status == ("canceled" if gave_up else "delivered")
        assert got <= gave_up, "nobody buys what somebody waited for"
        assert len({card.order_id for card in stock if card.order_id}) == sum(1 for card in stock if card.order_id)
        if got:
            (order,) = rows(Order, Order.no == bought)
            act(orders.cancel_now, town.mallory, order.no, now=now)
            forget_lapses()
    assert len(outcomes) > 1, outcomes


def forget_lapses() -> None:
    """Mallory may order again."""
    with db.transaction() as session:
        for order in session.exec(select(Order).where(col(Order.paid_at).is_(None))):
            if order.closed_at:
                order.closed_at = NOW.replace(year=2025)
                session.add(order)


def test_withdrawn_or_sold_never_both(town: Town) -> None:
    winners: Counter[str] = Counter()
    for turn in range(TIMES):
        town.sell(f"gone{turn}")
        make_auto(f"gone{turn}")
        name = hand_in(town.bob, f"W{turn}-1", slug=f"gone{turn}")
        run_jobs()
        confirm(town, name)
        run_jobs()
        now = clock.now()
        withdraw = partial(act, withdrawing.withdraw_batch, town.bob, name, now=now)
        buy = partial(act, orders.place_order, town.mallory, f"gone{turn}", quantity=1, price=PRICE, now=now)
        _, bought = race(withdraw, buy, jitter=0.004)
        (card,) = cards(Card.batch_id == batch(name).id)
        if isinstance(bought, Refused):
            winners["withdrawn"] += 1
            assert (bought.reason, card.status, card.order_id) == ("out_of_stock", "withdrawn", None)
        else:
            winners["sold"] += 1
            assert card.status == "reserved" and card.order_id
            act(orders.cancel_now, town.mallory, bought, now=now)
            (card,) = cards(Card.batch_id == batch(name).id)
            assert (card.status, card.order_id) == ("withdrawn", None), "it does not come back to the shelf"
            forget_lapses()
    assert set(winners) == {"withdrawn", "sold"}
    assert count(Batch, Batch.status == "stocked") == TIMES


def make_auto(slug: str) -> None:
    """It delivers by itself from now on."""
    with db.transaction() as session:
        product = session.exec(select(Product).where(Product.slug == slug)).one()
        product.mode = DeliveryMode.auto
        session.add(product)


def test_a_card_that_comes_back_a_buyer_and_a_shopper_who_gives_up(town: Town) -> None:
    """Two have paid and wait; the card Mallory gives up goes to one order, and what a buyer gives up to the next."""
    outcomes: Counter[str] = Counter()
    buyers = more_shoppers(SOME)
    for turn in range(SOME):
        slug, who = f"back{turn}", buyers[turn]
        keeper, (first, second) = short(town, [1, 1], slug=slug)
        now = clock.now()
        free = partial(act, orders.cancel_now, town.mallory, keeper.no, now=now)
        cancel = partial(act, orders.cancel_now, town.alice, first.no, now=now)
        buy = partial(act, orders.place_order, who, slug, quantity=1, price=PRICE, now=now)
        freed, _, canceled, bought = race(free, worker(20), cancel, buy, jitter=0.02)
        assert not isinstance(freed, Refused)
        run_jobs()
        (card,) = cards(Card.product_id == keeper.row.product_id, Card.status != "voided")
        gave_up, got = not isinstance(canceled, Refused), not isinstance(bought, Refused)
        served = [tale for tale in (first, second) if tale.row.status == "delivered"]
        outcomes[f"{'gave up, ' if gave_up else ''}{'a buyer' if got else 'served'}"] += 1
        assert not got and bought.reason == "out_of_stock", "nobody buys what somebody waits for"
        assert served == ([second] if gave_up else [first]), "one card, to whoever paid first"
        assert (card.status, card.order_id) == ("sealed", served[0].row.id)
    assert sum(outcomes.values()) == SOME, outcomes


def test_two_who_wait_and_look_at_once_are_served_as_they_paid(town: Town) -> None:
    """The looks of the hour, a card that comes back between them, its job, and a buyer."""
    buyers = more_shoppers(TIMES)
    for turn in range(TIMES):
        slug = f"line{turn}"
        keeper, (first, second) = short(town, [1, 1], slug=slug)
        now = clock.now()
        free = partial(act, orders.cancel_now, town.mallory, keeper.no, now=now)
        buy = partial(act, orders.place_order, buyers[turn], slug, quantity=1, price=PRICE, now=now)
        looks = [partial(look_again, tale) for tale in (second, first)]
        *_, bought = race(free, *looks, *looks[:1], worker(20), buy, jitter=0.004)
        run_jobs()
        assert isinstance(bought, Refused) and bought.reason == "out_of_stock"
        assert (first.row.status, second.row.status, second.row.lacks) == ("delivered", "awaiting_delivery", 1)
        forget_lapses()


def worker(looks: int) -> Callable[[], None]:
    """It looks for work so often."""

    def run() -> None:
        for _ in range(looks):
            work()

    return run
