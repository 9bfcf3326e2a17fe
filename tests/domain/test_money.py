"""How much goes back, and that no fen is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.ledger import Account, Entry, Line, lines
from cardmall.domain.refunds import Policy, RefundPreview, kinder, preview


@pytest.mark.parametrize(
    ("pieces", "price", "permille", "expected"),
    [
        (1, 28800, 0, RefundPreview(1, 28800, 0, 28800)),
        (1, 28800, 30, RefundPreview(1, 28800, 864, 27936)),
        (1, 33, 30, RefundPreview(1, 33, 0, 33)),  # 0.99 fen of fee is nobody's
        (3, 33, 30, RefundPreview(3, 99, 2, 97)),  # rounded once, on the sum: 2.97 → 2
        (2, 999, 50, RefundPreview(2, 1998, 99, 1899)),
        (0, 9900, 50, RefundPreview(0, 0, 0, 0)),
    ],
)
def test_the_fee_is_rounded_in_the_shoppers_favour(
    pieces: int, price: int, permille: int, expected: RefundPreview
) -> None:
    assert preview(pieces, price, permille) == expected


@given(st.integers(0, 20), st.integers(0, 10**8), st.sampled_from(limits.FEE_PERMILLE))
def test_fee_and_refund_are_together_what_was_paid(pieces: int, price: int, permille: int) -> None:
    found = preview(pieces, price, permille)
    assert found.fee + found.amount == found.paid == pieces * price
    assert 0 <= 1000 * found.fee <= permille * found.paid
    assert found.fee + 1 > found.paid * permille / 1000 - 1e-6


@pytest.mark.parametrize(
    ("frozen", "current", "expected"),
    [
        (Policy(True, 7, 0), Policy(False, 3, 50), Policy(True, 7, 0)),
        (Policy(False, 3, 50), Policy(True, 7, 0), Policy(True, 7, 0)),
        (Policy(False, 7, 50), Policy(False, 14, 30), Policy(False, 14, 30)),
        (Policy(True, 14, 30), Policy(True, 7, 10), Policy(True, 14, 10)),
    ],
)
def test_of_two_policies_the_kinder_value_holds_field_by_field(
    frozen: Policy, current: Policy, expected: Policy
) -> None:
    assert kinder(frozen, current) == expected


@given(st.sampled_from(Entry), st.integers(1, 10**10))
def test_every_entry_is_balanced(entry: Entry, amount: int) -> None:
    assert sum(line.amount for line in lines(entry, amount)) == 0


def test_money_goes_where_the_entry_says() -> None:
    assert lines(Entry.capture, 5) == (Line(Account.shopper, -5), Line(Account.escrow, 5))
    assert lines(Entry.refund, 5) == (Line(Account.escrow, -5), Line(Account.shopper, 5))
    assert lines(Entry.settlement, 5) == (Line(Account.escrow, -5), Line(Account.shop, 5))


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_movement(amount: int) -> None:
    with pytest.raises(ValueError, match="fen"):
        lines(Entry.refund, amount)
