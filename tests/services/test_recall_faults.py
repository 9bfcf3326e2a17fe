"""What an attacker found in recalls: each piece is paid once and in full, whichever older door is used (R93)."""

from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.adapters import clock, db, jobs
from cardmall.domain import limits
from cardmall.domain.jobs import JobKind
from cardmall.domain.recalls import Looked
from cardmall.domain.terms import DeliveryMode, Refused
from cardmall.models import Card, Event, Job, Product, Recall
from cardmall.services.case.cases import request_cancellation
from cardmall.services.shop.recalling import retry_recall
from cardmall.services.shop.withdrawing import withdraw_batch
from cardmall.views.merchant.import_codes import import_view
from cardmall.views.merchant.product_stock import product_stock
from tests.services.recalling import SLUG, back, code, items, outcomes, press, recall, sell
from tests.services.test_batches import at_noon, stocked
from tests.services.test_recalls import delivered, paid
from tests.town import DAY, PRICE, Tale, Town, act, look, move_clock, refused, rows, run_jobs

__all__ = ["at_noon"]


def fee(permille: int) -> None:
    with db.transaction() as session:
        product = session.exec(select(Product).where(Product.slug == SLUG)).one()
        product.fee_permille = permille
        session.add(product)


def split_after_an_offer_of_cards(town: Town) -> Tale:
    """Two pieces; one looked at and reported; the shop offers a card in the appeal, the admin splits: 30 yuan."""
    sell(town, 2, 2)
    tale = delivered(town, 2).reveal(1).appeal()
    tale.offer(text="换一张").respond().rule(town.carol, "rule_split", "30")
    (ruled,) = [card for card in tale.cards if card.status == "revealed"]
    press(town.bob, codes=code(ruled), looked=Looked.all, remedy="refund")
    run_jobs()
    return tale


def test_a_card_ruled_about_is_paid_no_more_than_its_price_and_the_other_can_still_be_ruled_about(town: Town) -> None:
    tale = split_after_an_offer_of_cards(town)
    assert back(tale) == PRICE
    tale.reveal(1).appeal().respond().rule(town.carol, "rule_shopper")
    assert back(tale) == 2 * PRICE


def test_a_return_of_a_card_under_recall_costs_no_fee(town: Town) -> None:
    bad = sell(town, 1)
    fee(50)
    tale = delivered(town).request(way="return")
    press(town.bob, batch=bad.name)
    tale.approve()
    run_jobs()
    assert back(tale) == PRICE


def test_nor_one_asked_for_while_the_recall_waits_for_another_case(town: Town) -> None:
    sell(town, 2)
    fee(50)
    tale = delivered(town, 2)
    about, other = tale.cards

    def ask(card: Card) -> None:
        told = {"way": "return", "reason": "other", "text": "不要了", "cards": [card.id]}
        act(request_cancellation, town.alice, tale.no, **told, now=clock.now())

    ask(about)
    press(town.bob, codes=code(other), remedy="refund")
    run_jobs()
    tale.reject("other", "不退").resume()
    ask(other)
    tale.approve()
    move_clock(limits.RECALL_AGAIN)
    run_jobs()
    assert back(tale) == PRICE


def test_an_amount_is_not_accepted_for_a_card_under_recall(town: Town) -> None:
    bad = sell(town, 1)
    tale = delivered(town).request(way="return").offer("1", "退一元")
    press(town.bob, batch=bad.name)
    with suppress(Refused):
        tale.accept()
    run_jobs()
    assert back(tale) == PRICE


def test_a_recalled_code_that_came_again_before_is_sold_no_more_and_replaces_none(town: Town) -> None:
    bad = sell(town, 2)
    first = delivered(town)
    act(withdraw_batch, town.bob, bad.name, now=clock.now())
    run_jobs()
    left = [code(card) for card in rows(Card, Card.status == "withdrawn")]
    again = stocked(town, "\n".join(left), SLUG)
    key = recall(town, bad)
    assert outcomes(key) == ["paid_back"] and back(first) == PRICE, "no other card is sound"
    assert {card.status for card in rows(Card, Card.batch_id == again.id)} == {"withdrawn"}
    assert refused(paid, town).reason == "out_of_stock"


def test_the_same_code_on_another_card_of_the_shop_is_recalled_with_it(town: Town) -> None:
    sell(town, 2)
    one, two = delivered(town), delivered(town)
    with db.transaction() as session:
        twin = session.get_one(Card, two.cards[0].id)
        twin.shop_blind, twin.twin_of = one.cards[0].shop_blind, one.cards[0].id
    key = press(town.bob, codes=code(one.cards[0]), remedy="refund")
    run_jobs()
    assert outcomes(key) == ["paid_back"] * 2
    assert (back(one), back(two)) == (PRICE, PRICE)


def test_the_shop_does_not_read_the_name_of_an_admin(town: Town) -> None:
    bad = sell(town, 1)
    press(town.carol, batch=bad.name)
    (row,) = look(product_stock, town.bob, SLUG).recalls
    assert (row.role, row.maker) == ("admin", "")


@pytest.mark.parametrize("by", ["press", "retry"])
def test_an_admin_advances_what_the_shop_cannot_pay(town: Town, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    bad = sell(town, 1)
    tale = delivered(town).complete()
    move_clock(30 * DAY)
    run_jobs()
    monkeypatch.setattr("cardmall.services.case.recalls.balance_of", lambda session, shop: 0)
    key = recall(town, bad)
    assert items(key) == [("failed", None, "no_funds")]
    assert tale.told(town.alice)[-1] == "order_recall_waits"
    act(retry_recall, town.bob, key, now=clock.now())
    run_jobs()
    assert back(tale) == 0
    if by == "press":
        assert press(town.carol, batch=bad.name, remedy="refund") == key
    else:
        act(retry_recall, town.carol, key, now=clock.now())
    run_jobs()
    assert back(tale) == PRICE


def test_a_retry_leaves_those_that_wait_for_their_turn_and_keeps_the_pace(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECALL_A_SECOND", 1)
    bad = sell(town, 4)
    for _ in range(4):
        delivered(town)
    key = press(town.bob, batch=bad.name)
    until_listed()
    mine = col(Job.kind) == JobKind.recall_order
    turns = sorted(job.due_at for job in rows(Job, mine))
    act(retry_recall, town.bob, key, now=clock.now())
    assert sorted(job.due_at for job in rows(Job, mine)) == turns
    with db.transaction() as session:
        session.connection().execute(sa.update(Job).where(mine).values(claim=1, failures=1))
    act(retry_recall, town.bob, key, now=clock.now())
    again = sorted(job.due_at for job in rows(Job, mine))
    assert [at - again[0] for at in again] == [timedelta(seconds=n) for n in range(4)]
    act(retry_recall, town.bob, key, now=clock.now())
    assert sorted(job.due_at for job in rows(Job, mine)) == again


def test_an_admin_who_takes_over_before_any_job_ran_is_named(town: Town) -> None:
    bad = sell(town, 1)
    delivered(town)
    key = press(town.bob, batch=bad.name)
    until_listed()
    act(retry_recall, town.carol, key, now=clock.now())
    assert [one.role for one in rows(Recall)] == ["admin"]
    assert [event.actor_id for event in rows(Event, Event.verb == "recall_retried")] == [town.carol.id]


def until_listed() -> None:
    """The orders of a recall have their jobs, and none of these ran."""
    while (job := jobs.claim_one()) is not None:
        jobs.run_one(job)
        if job.kind == JobKind.list_recall:
            return


def test_orders_that_wait_after_their_product_became_manual_are_served_by_a_new_list(town: Town) -> None:
    bad = sell(town, 1)
    tale = paid(town)
    with db.transaction() as session:
        session.exec(select(Product).where(Product.slug == SLUG)).one().mode = DeliveryMode.manual
    assert refused(stocked, town, "NEW-1", SLUG).reason == "by_hand"
    recall(town, bad)
    assert tale.row.lacks == 1
    assert look(import_view, town.bob, SLUG).takes_lists
    stocked(town, "NEW-1", SLUG)
    assert (tale.row.lacks, look(import_view, town.bob, SLUG).takes_lists) == (0, False)
