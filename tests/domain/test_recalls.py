"""What a recall does with a card, and how much it pays for one (R93)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.recalls import CardFacts, RecallStep, is_funded, left_of, part_of, step_of
from cardmall.domain.terms import CardStatus

_K, _S = CardStatus, RecallStep
TABLE: list[tuple[CardStatus, dict[str, Any], RecallStep]] = [
    (_K.voided, {"in_case": True, "covered": True}, _S.none),
    (_K.withdrawn, {}, _S.none),
    (_K.available, {}, _S.swap),
    (_K.reserved, {"in_case": True}, _S.swap),
    (_K.allocated, {"in_case": True, "covered": True}, _S.swap),
    (_K.sealed, {}, _S.give),
    (_K.sealed, {"in_case": True}, _S.wait),
    (_K.sealed, {"in_case": True, "covered": True}, _S.approve),
    (_K.sealed, {"in_case": True, "covered": True, "asked": True}, _S.give),
    (_K.sealed, {"in_case": True, "asked": True}, _S.wait),
    (_K.revealed, {}, _S.give),
    (_K.revealed, {"in_case": True, "covered": True}, _S.approve),
    (_K.redeemed, {}, _S.give),
]


@pytest.mark.parametrize(("status", "told", "step"), TABLE)
def test_what_is_done_with_a_card(status: CardStatus, told: dict[str, Any], step: RecallStep) -> None:
    assert step_of(CardFacts(status, **told)) is step


@given(st.builds(CardFacts, st.sampled_from(CardStatus), st.booleans(), st.booleans(), st.booleans()))
def test_every_card_has_an_answer(facts: CardFacts) -> None:
    assert step_of(facts) in RecallStep


CARDS = st.sets(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=20)


@given(st.integers(0, 1_000_000), CARDS)
def test_the_parts_of_an_amount_sum_up_to_it_and_differ_by_a_fen(amount: int, cards: set[str]) -> None:
    parts = [part_of(amount, cards, card) for card in cards]
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= 1


@given(st.integers(1, 100_000), CARDS, st.data())
def test_what_is_left_and_what_was_paid_are_never_more_than_the_price(price: int, cards: set[str], data: Any) -> None:
    amount = data.draw(st.integers(0, price * len(cards)))
    paid = {tuple(sorted(cards)): amount}
    assert amount + sum(left_of(price, card, paid) for card in cards) == price * len(cards)
    assert left_of(price, "never in a case", paid) == price


def test_amounts_of_several_cases_about_one_card_add_up() -> None:
    paid = {("a", "b"): 101, ("a",): 950}
    assert (left_of(1000, "a", paid), left_of(1000, "b", paid)) == (0, 950)


@pytest.mark.parametrize(
    ("amount", "held", "balance", "funded"),
    [(100, 100, 0, True), (100, 0, 100, True), (100, 40, 60, True), (100, 40, 59, False), (100, 200, -500, True)],
)
def test_a_shop_pays_from_the_order_then_from_its_balance(amount: int, held: int, balance: int, funded: bool) -> None:
    assert is_funded(amount, held=held, balance=balance) is funded


def test_what_is_lacking_for_the_order_is_no_money_of_the_shop() -> None:
    assert not is_funded(1, held=-100, balance=0)
