"""In a product that tells "aB" from "AB" nothing done to one of them reaches the other (R89, R92, R93)."""

import pytest
from sqlmodel import col, select

from cardmall.adapters import clock, db
from cardmall.domain.terms import DeliveryMode
from cardmall.models import Account, Card, Product
from cardmall.services.order.delivery import deliver_manually
from cardmall.services.shop.code_files import export_codes
from cardmall.services.shop.withdrawing import withdraw_batch
from tests.services.recalling import SLUG, back, code, press, states
from tests.services.test_batches import at_noon, stocked
from tests.services.test_recalls import delivered, paid
from tests.town import PRICE, Town, act, refused, rows, run_jobs

__all__ = ["at_noon"]
LOW, HIGH = "abcdEFGH", "ABCDefgh"


@pytest.fixture(autouse=True)
def sold_in_both_cases(town: Town) -> None:
    town.sell(SLUG, 0, mode=DeliveryMode.auto, case_sensitive=True)


def test_a_recall_of_a_code_leaves_the_other_buyer_alone(town: Town) -> None:
    stocked(town, f"{LOW}\n{HIGH}", SLUG)
    one, two = delivered(town), delivered(town)
    press(town.bob, codes=code(one.cards[0]), remedy="refund", looked="all")
    run_jobs()
    assert (back(one), back(two)) == (PRICE, 0)
    assert two.card_states == ["sealed"]


def test_a_recall_of_a_batch_leaves_the_other_batch_alone(town: Town) -> None:
    bad = stocked(town, LOW, SLUG)
    good = stocked(town, HIGH, SLUG)
    press(town.bob, batch=bad.name)
    run_jobs()
    assert (states(Card.batch_id == bad.id), states(Card.batch_id == good.id)) == (["withdrawn"], ["available"])


def test_a_recall_finds_the_same_code_that_came_into_stock_again(town: Town) -> None:
    first = stocked(town, LOW, SLUG)
    act(withdraw_batch, town.bob, first.name, now=clock.now())
    again = stocked(town, LOW, SLUG)
    press(town.bob, batch=first.name)
    run_jobs()
    assert states(Card.batch_id == again.id) == ["withdrawn"]


def test_what_was_recalled_never_comes_again_and_the_other_may(town: Town) -> None:
    stocked(town, f"{LOW}\nother-one", SLUG)
    press(town.bob, codes=LOW, remedy="refund")
    run_jobs()
    came = stocked(town, f"{LOW}\n{HIGH}", SLUG)
    assert [code(card) for card in rows(Card, Card.batch_id == came.id, by=Card.id)] == [HIGH]


def test_a_code_is_exported_while_the_other_is_on_sale(town: Town) -> None:
    gone = stocked(town, LOW, SLUG)
    stocked(town, HIGH, SLUG)
    act(withdraw_batch, town.bob, gone.name, now=clock.now())
    with db.reading() as session:
        password = session.get_one(Account, town.bob.id).password_hash
    act(export_codes, town.bob, SLUG, password, now=clock.now())
    assert states(col(Card.code_file_id).is_not(None)) == ["withdrawn"]


def test_a_typed_code_is_refused_after_its_recall_and_the_other_is_delivered(town: Town) -> None:
    stocked(town, LOW, SLUG)
    press(town.bob, codes=LOW, remedy="refund")
    run_jobs()
    with db.transaction() as session:
        session.exec(select(Product).where(Product.slug == SLUG)).one().mode = DeliveryMode.manual
    tale = paid(town)
    found = refused(act, deliver_manually, town.bob, tale.no, codes=[LOW], now=clock.now())
    assert found.fields == {"codes": "bad_lines"}
    act(deliver_manually, town.bob, tale.no, codes=[HIGH], now=clock.now())
    assert tale.card_states == ["sealed"]
