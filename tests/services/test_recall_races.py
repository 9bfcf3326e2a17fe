"""A recall met by everything else at once: no recalled card leaves, and no piece is paid for twice (R93)."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import col

from cardmall.adapters import clock
from cardmall.domain.recalls import Looked
from cardmall.domain.terms import Actor, DeliveryMode, Refused
from cardmall.models import Batch, Card, Event, Job, Order, Recall, RecallItem
from cardmall.services.case import answers, cases, replies, rulings
from cardmall.services.case.recalls import recall_order
from cardmall.services.money.payments import PaymentNews, hear_payment
from cardmall.services.order import delivery, orders
from cardmall.services.shop import batches
from tests.services.race import race, rounds
from tests.services.recalling import back, outcomes, press
from tests.services.test_batches import at_noon, hand_in, stocked
from tests.services.test_stock_races import forget_lapses, work
from tests.town import DAY, PRICE, Tale, Town, act, move_clock, rows, run_jobs

__all__ = ["at_noon"]
pytestmark = pytest.mark.slow
TIMES = rounds(12)


def sell(town: Town, turn: int, bad: int, good: int = 0) -> tuple[str, Batch]:
    """A product of its own for each turn: its address, and the batch that is recalled."""
    slug = f"bad{turn}"
    town.sell(slug, 0, mode=DeliveryMode.auto)
    found = stocked(town, "\n".join(f"{slug}-BAD-{n}" for n in range(bad)), slug)
    if good:
        stocked(town, "\n".join(f"{slug}-GOOD-{n}" for n in range(good)), slug)
    return slug, found


def recall(town: Town, slug: str, batch: Batch, who: Actor | None = None, **told: Any) -> Callable[[], str]:
    return partial(press, who or town.bob, slug=slug, batch=batch.name, **told)


def delivered(town: Town, slug: str, pieces: int = 1) -> Tale:
    return town.tale(clock.now()).order(slug, pieces).pay().deliver()


def look_at(tale: Tale) -> Callable[[], Any]:
    (card,) = tale.cards
    return partial(act, delivery.reveal_card, tale.shopper, tale.no, card.id, address="", now=clock.now())


def ask(tale: Tale, way: str = "return") -> Callable[[], Any]:
    told = {"way": way, "reason": "changed_mind", "text": "", "now": clock.now()}
    return partial(act, cases.request_cancellation, tale.shopper, tale.no, **told)


def won(result: Any) -> bool:
    return not isinstance(result, Refused)


def closed_since(batch: Batch) -> None:
    """No card of it was looked at, sealed or put back after its recall was there."""
    pressed = rows(Event, Event.verb == "recall_pressed")[-1].id
    mine = {card.id for card in rows(Card, Card.batch_id == batch.id, by=Card.id)}
    left = ("card_revealed", "cards_sealed", "cards_taken_over")
    after = rows(Event, col(Event.id) > pressed, col(Event.verb).in_(left))
    assert not [event.verb for event in after if mine & set(event.data["cards"])]


def test_recall_reveal_and_request(town: Town) -> None:
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 1)
        tale = delivered(town, slug)
        pressed, seen, asked = race(recall(town, slug, batch, remedy="refund"), look_at(tale), ask(tale), jitter=0.01)
        run_jobs()
        outcome[f"{won(pressed)} {won(seen)} {won(asked)}"] += 1
        if won(seen):  # before the press: it is not recalled, and was not asked back
            assert (tale.card_states, back(tale)) == (["revealed"], 0)
        elif won(pressed):
            assert (tale.card_states, tale.row.status, back(tale)) == (["voided"], "canceled", PRICE)
    assert len(outcome) > 1, outcome


def test_recall_and_delivery(town: Town) -> None:
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 2, 2)
        tale = town.tale(clock.now()).order(slug, 2).pay()
        due = tale.row.deliver_at
        assert due
        move_clock(due - clock.now())
        race(recall(town, slug, batch), work, work, jitter=0.01)
        run_jobs()
        assert (tale.row.status, back(tale)) == ("delivered", 0)
        held = [card for card in tale.cards if card.status != "voided"]
        assert {card.status for card in held} == {"sealed"}
        assert len(held) == 2
        assert all(card.batch_id != batch.id for card in held)
        closed_since(batch)


def test_two_recalls_are_one(town: Town) -> None:
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 2, 1)
        tale = delivered(town, slug, 2)
        keys = race(recall(town, slug, batch), recall(town, slug, batch, town.carol), jitter=0.004)
        assert len(set(keys)) == 1
        race(work, work, work, jitter=0.004)
        run_jobs()
        assert (outcomes(keys[0]), back(tale)) == (["paid_back", "replaced"], PRICE)
    assert len(rows(Recall, by=Recall.id)) == TIMES


def test_two_workers_with_one_order(town: Town) -> None:
    """The first was believed dead, and the second has taken its lease over."""
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 2, 1)
        tale = delivered(town, slug, 2)
        key = press(town.bob, slug=slug, batch=batch.name)
        run = partial(act, recall_order, key, tale.row.id, now=clock.now(), cause="twice")
        race(run, run, jitter=0.004)
        run_jobs()
        assert (outcomes(key), back(tale)) == (["paid_back", "replaced"], PRICE)


def test_recall_and_a_transfer_that_is_paid(town: Town) -> None:
    outcome: Counter[str] = Counter()
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 1)
        tale = delivered(town, slug).offer_to("mallory@cardmall.test").agree(town.bob, town.mallory)
        new = tale.successor
        act(orders.start_payment, new.shopper, new.no, channel="alipay", consent=True, now=clock.now())
        (payment,) = new.payments
        news = PaymentNews(payment.no, True, payment.amount, f"T{turn}", "138****0001")
        pay = partial(act, hear_payment, news, now=clock.now(), cause="callback")
        race(recall(town, slug, batch), pay, work, jitter=0.01)
        run_jobs()
        outcome[tale.transfer.status.value] += 1
        assert (tale.row.status, new.row.status) == ("canceled", "canceled")
        assert (back(tale), back(new)) == (PRICE, PRICE)
    assert sum(outcome.values()) == TIMES


@pytest.mark.parametrize("ruling", ["rule_shopper", "rule_split", "rule_merchant"])
def test_recall_and_a_ruling(town: Town, ruling: str) -> None:
    for turn in range(TIMES // 2):
        slug, batch = sell(town, turn, 1)
        tale = delivered(town, slug).reveal().appeal().respond()
        told = {"ruling": ruling, "amount": "30", "ground": "依平台记录", "now": clock.now()}
        rule = partial(act, rulings.rule, town.carol, tale.case.no, **told)
        press(town.bob, slug=slug, batch=batch.name, looked=Looked.all, remedy="refund")
        race(work, rule, jitter=0.01)
        run_jobs()
        assert (back(tale), tale.row.status) == (PRICE, "canceled")


def test_recall_and_the_answer_of_the_merchant(town: Town) -> None:
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 2)
        tale = delivered(town, slug, 2)
        ask(tale)()
        says = partial(act, answers.reject_case, town.bob, tale.case.no, reason="other", text="不退", now=clock.now())
        if turn % 2:
            says = partial(act, answers.approve_case, town.bob, tale.case.no, now=clock.now())
        race(recall(town, slug, batch, remedy="refund"), says, work, jitter=0.01)
        run_jobs()
        assert (back(tale), tale.row.status) == (2 * PRICE, "canceled")


def test_recall_and_an_offered_card_that_is_accepted(town: Town) -> None:
    for turn in range(TIMES):
        slug = f"offer{turn}"
        town.sell(slug, 1)
        tale = delivered(town, slug)
        ask(tale)()
        batch = stocked(town, f"OFFER-{turn}", slug)
        tale.at = clock.now()
        tale.offer(text="换一张")
        accept = partial(act, replies.accept_offer, tale.shopper, tale.case.no, now=clock.now())
        _, taken, _ = race(recall(town, slug, batch), accept, work, jitter=0.01)
        run_jobs()
        if won(taken):
            assert (tale.card_states, back(tale)) == (["voided", "voided"], PRICE)
        else:
            assert (tale.card_states, tale.case.status, back(tale)) == (["sealed"], "review", 0)
        closed_since(batch)


def test_recall_and_the_settlement(town: Town) -> None:
    for turn in range(TIMES // 2):
        slug, batch = sell(town, turn, 1)
        tale = delivered(town, slug).reveal().complete()
        move_clock(8 * DAY)
        race(recall(town, slug, batch, looked=Looked.all), work, work, jitter=0.01)
        run_jobs()
        assert (back(tale), tale.row.status) == (PRICE, "canceled")


def test_recall_and_an_order_that_is_placed_or_canceled(town: Town) -> None:
    """Named cards: none of them is left on the shelf, or with an order."""
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 2)
        tale = town.tale(clock.now()).order(slug)
        names = "\n".join(f"{slug}-BAD-{n}" for n in range(2))
        cancel = partial(act, orders.cancel_now, tale.shopper, tale.no, now=clock.now())
        buy = partial(act, orders.place_order, town.mallory, slug, quantity=1, price=PRICE, now=clock.now())
        race(partial(press, town.bob, slug=slug, codes=names), cancel, buy, work, jitter=0.01)
        run_jobs()
        assert {card.status for card in rows(Card, Card.batch_id == batch.id, by=Card.id)} == {"withdrawn"}
        assert {o.status for o in rows(Order, Order.product_id == batch.product_id)} <= {"canceled", "expired"}
        forget_lapses()


def test_recall_and_an_import_of_its_codes(town: Town) -> None:
    """Withdrawn codes may come again; once recalled they may not."""
    for turn in range(TIMES):
        slug, batch = sell(town, turn, 2)
        name = hand_in(town.bob, f"{slug}-BAD-0\nNEW-{turn}", slug)
        run_jobs()
        act(batches.confirm_batch, town.bob, name, now=clock.now())
        race(recall(town, slug, batch), work, jitter=0.01)
        run_jobs()
        found = rows(Batch, Batch.name == name, by=Batch.id)[0]
        assert (found.status, found.stocked) == ("stocked", 1)
        assert not rows(Job, Job.state == "dead")
        assert not rows(RecallItem, by=RecallItem.card_id)
