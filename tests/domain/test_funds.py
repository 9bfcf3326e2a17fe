"""Where the money of a recall or a gift comes from (R93, R96)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.funds import Funds, is_funded
from cardmall.domain.terms import Role


@pytest.mark.parametrize(
    ("amount", "held", "balance", "funded"),
    [(100, 100, 0, True), (100, 0, 100, True), (100, 40, 60, True), (100, 40, 59, False), (100, 200, -500, True)],
)
def test_a_shop_pays_from_the_order_then_from_its_balance(amount: int, held: int, balance: int, funded: bool) -> None:
    assert is_funded(Funds(amount, Role.merchant, held, balance)) is funded


def test_what_is_lacking_for_the_order_is_no_money_of_the_shop() -> None:
    assert not is_funded(Funds(1, Role.merchant, held=-100))
    assert not is_funded(Funds(100, Role.merchant, held=-100, balance=99))


def test_an_admins_recall_is_advanced() -> None:
    assert is_funded(Funds(100, Role.admin, held=-100, balance=-100))


def test_nothing_to_pay_needs_no_money() -> None:
    assert is_funded(Funds(0, Role.merchant, held=-100, balance=-100))


FEN = st.integers(-1_000, 1_000)


@given(st.integers(0, 2_000), st.sampled_from(Role), FEN, FEN)
def test_more_that_is_read_never_turns_a_yes_into_a_no(amount: int, maker: Role, held: int, balance: int) -> None:
    answers = [is_funded(Funds(amount, maker, *read)) for read in ((), (held,), (held, balance))]
    assert answers == sorted(answers)


@given(st.integers(0, 2_000), FEN, FEN)
def test_what_is_held_for_the_order_goes_first(amount: int, held: int, balance: int) -> None:
    funds = Funds(amount, Role.merchant, held, balance)
    assert funds.of_order + funds.of_shop == amount
    assert 0 <= funds.of_order <= max(0, held)
    assert funds.of_shop == 0 or funds.of_order == max(0, held)
    assert is_funded(funds) is (funds.of_shop <= max(0, balance)) is (amount <= funds.most)
