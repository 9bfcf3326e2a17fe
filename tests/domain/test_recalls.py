"""What a recall does with a card, and how much it pays for one (R93)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.recalls import (
    CardFacts,
    ItemTrouble,
    Looked,
    RecallAsked,
    RecallReason,
    RecallStep,
    Remedy,
    Swap,
    SwapFacts,
    WithoutOthers,
    left_of,
    look_again,
    read_recall,
    step_of,
    swap_of,
    without_others,
)
from cardmall.domain.terms import CardStatus, OrderStatus, Refused

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


@given(st.integers(1, 100_000), CARDS, st.data())
def test_what_is_left_and_what_was_paid_and_given_are_the_price(price: int, cards: set[str], data: Any) -> None:
    given_back = {card: data.draw(st.integers(0, price)) for card in sorted(cards)}
    rest = price * len(cards) - sum(given_back.values())
    amount = data.draw(st.integers(0, rest))
    left = left_of(price, given_back | {"never in a case": 0}, {tuple(sorted(cards)): amount})
    assert amount + sum(left[card] for card in cards) == rest
    assert all(0 <= left[card] <= price - given_back[card] for card in cards)
    assert left["never in a case"] == price


def test_equal_cards_differ_by_a_fen() -> None:
    assert left_of(100, {"b": 0, "a": 0, "c": 0}, {("a", "b", "c"): 100}) == {"a": 66, "b": 67, "c": 67}


def test_amounts_of_several_cases_about_one_card_add_up() -> None:
    paid = {("a", "b"): 101, ("a",): 950}
    assert left_of(1000, {"a": 0, "b": 0}, paid) == {"a": 0, "b": 950}


@pytest.mark.parametrize(
    ("order", "card", "swap"),
    [
        (OrderStatus.awaiting_delivery, _K.allocated, Swap.fill_up),
        (OrderStatus.awaiting_delivery, _K.reserved, Swap.fill_up),
        (OrderStatus.delivered, _K.allocated, Swap.leave),
        (OrderStatus.delivered, _K.reserved, Swap.take),
        (OrderStatus.pending_payment, _K.reserved, Swap.take),
    ],
)
def test_what_an_order_gets_for_cards_it_was_not_given(order: OrderStatus, card: CardStatus, swap: Swap) -> None:
    assert swap_of(SwapFacts(order, card)) is swap


@given(st.builds(SwapFacts, st.sampled_from(OrderStatus), st.sampled_from(CardStatus)))
def test_every_order_has_an_answer(facts: SwapFacts) -> None:
    assert swap_of(facts) in Swap


@pytest.mark.parametrize(
    ("order", "in_case", "ends"),
    [
        (OrderStatus.pending_payment, False, WithoutOthers.end_order),
        (OrderStatus.delivered, True, WithoutOthers.end_offer),
        (OrderStatus.delivered, False, WithoutOthers.nothing),
    ],
)
def test_what_ends_without_other_cards(order: OrderStatus, in_case: bool, ends: WithoutOthers) -> None:
    assert without_others(order, in_case=in_case) is ends


FORM = {"reason": "invalid_card", "words": " 这批卡密无效 ", "remedy": "another", "codes": "A"}


def test_the_form_of_a_recall_is_read_into_one_value() -> None:
    plain = RecallAsked(RecallReason.invalid_card, "这批卡密无效", Remedy.another, codes="A")
    assert read_recall(FORM) == plain
    typed = {"batch": "PC-1", "codes": "A\nB", "looked": "all"}
    assert read_recall(FORM | typed) == replace(plain, batch="PC-1", codes="A\nB", looked=Looked.all)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"reason": ""}, {"reason": "required"}),
        ({"reason": "boredom", "looked": "some"}, {"reason": "not_a_choice", "looked": "not_a_choice"}),
        ({"words": " \n"}, {"words": "required"}),
        ({"words": "字" * (limits.RECALL_WORDS + 1)}, {"words": "too_long"}),
        ({"remedy": None, "words": ""}, {"remedy": "required", "words": "required"}),
        ({"remedy": ["another"]}, {"remedy": "not_a_choice"}),
        ({"codes": " \n", "words": ""}, {"codes": "required", "words": "required"}),
    ],
)
def test_every_wrong_field_of_it_is_named_at_once(typed: dict[str, Any], wrong: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        read_recall(FORM | typed)
    assert refused.value.fields == wrong


def test_the_longest_words_are_kept() -> None:
    assert read_recall(FORM | {"words": "字" * limits.RECALL_WORDS}).words == "字" * limits.RECALL_WORDS


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_NO_FUNDS, _CASE = ItemTrouble.no_funds, ItemTrouble.case_open


@pytest.mark.parametrize(
    ("troubles", "age", "pause"),
    [
        ([], DAY, None),
        ([_CASE], 30 * DAY, 10 * MINUTE),
        ([None, _NO_FUNDS], 30 * DAY, 10 * MINUTE),
        ([_NO_FUNDS], timedelta(), 10 * MINUTE),
        ([_NO_FUNDS], HOUR - timedelta(seconds=1), 10 * MINUTE),
        ([_NO_FUNDS, _NO_FUNDS], HOUR, HOUR),
        ([_NO_FUNDS], DAY, 6 * HOUR),
        ([_NO_FUNDS], 3650 * DAY, 6 * HOUR),
    ],
)
def test_money_that_does_not_come_is_asked_for_ever_more_seldom(
    troubles: list[ItemTrouble | None], age: timedelta, pause: timedelta | None
) -> None:
    assert look_again(troubles, age) == pause


def test_a_month_without_money_takes_so_many_looks_and_no_more() -> None:
    age, looks = timedelta(), 0
    while age < 30 * DAY:
        age += look_again([_NO_FUNDS], age) or DAY
        looks += 1
    assert looks == 6 + 23 + 29 * 4
