"""How much goes back, and that no fen is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount, LedgerEntry, LedgerLine, lines, recovery, settlement
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


TWO_SIDED = (
    LedgerEntry.capture,
    LedgerEntry.refund,
    LedgerEntry.settlement,
    LedgerEntry.fee,
    LedgerEntry.advance,
    LedgerEntry.loss,
    LedgerEntry.loss_back,
)


@given(st.sampled_from(TWO_SIDED), st.integers(1, 10**10))
def test_every_entry_is_balanced(entry: LedgerEntry, amount: int) -> None:
    assert sum(line.amount for line in lines(entry, amount)) == 0


def test_money_goes_where_the_entry_says() -> None:
    assert lines(LedgerEntry.capture, 5) == (LedgerLine(LedgerAccount.shopper, -5), LedgerLine(LedgerAccount.escrow, 5))
    assert lines(LedgerEntry.refund, 5) == (LedgerLine(LedgerAccount.escrow, -5), LedgerLine(LedgerAccount.shopper, 5))
    assert lines(LedgerEntry.settlement, 5) == (LedgerLine(LedgerAccount.escrow, -5), LedgerLine(LedgerAccount.shop, 5))
    assert lines(LedgerEntry.fee, 5) == (LedgerLine(LedgerAccount.escrow, -5), LedgerLine(LedgerAccount.fees, 5))
    assert lines(LedgerEntry.advance, 5) == (
        LedgerLine(LedgerAccount.platform, -5),
        LedgerLine(LedgerAccount.escrow, 5),
    )
    assert lines(LedgerEntry.loss, 5) == (LedgerLine(LedgerAccount.loss, -5), LedgerLine(LedgerAccount.escrow, 5))
    assert lines(LedgerEntry.loss_back, 5) == (LedgerLine(LedgerAccount.escrow, -5), LedgerLine(LedgerAccount.loss, 5))


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_movement(amount: int) -> None:
    with pytest.raises(ValueError, match="fen"):
        lines(LedgerEntry.refund, amount)


@pytest.mark.parametrize(
    ("held", "fee", "owed", "posted"),
    [
        (0, 0, 0, {}),
        (0, 5, 5, {}),
        (1, 0, 0, {"settlement": {"escrow": -1, "shop": 1}}),
        (1, 1, 0, {"fee": {"escrow": -1, "fees": 1}}),
        (3, 9, 0, {"fee": {"escrow": -3, "fees": 3}}),  # never more than there is
        (100, 5, 0, {"settlement": {"escrow": -95, "shop": 95}, "fee": {"escrow": -5, "fees": 5}}),
        (
            *(100, 5, 95),  # the last fen of the sales
            {
                "settlement": {"escrow": -95, "shop": 95},
                "fee": {"escrow": -5, "fees": 5},
                "repayment": {"shop": -95, "platform": 95},
            },
        ),
        (
            *(100, 5, 96),  # and the first of the fee
            {
                "settlement": {"escrow": -95, "shop": 95},
                "fee": {"escrow": -5, "fees": 5},
                "repayment": {"shop": -95, "fees": -1, "platform": 96},
            },
        ),
        (5, 5, 900, {"fee": {"escrow": -5, "fees": 5}, "repayment": {"fees": -5, "platform": 5}}),
        (5, 0, 900, {"settlement": {"escrow": -5, "shop": 5}, "repayment": {"shop": -5, "platform": 5}}),
    ],
)
def test_a_settlement_is_sales_and_fee_and_pays_the_debt_first(
    held: int, fee: int, owed: int, posted: dict[str, dict[str, int]]
) -> None:
    found = settlement(held, fee, owed).entries
    assert {entry.value: {line.account.value: line.amount for line in side} for entry, side in found.items()} == posted


FEN = st.one_of(st.sampled_from((0, 1, 99, 100)), st.integers(0, 10**10))


@given(FEN, FEN, FEN)
def test_a_settlement_gives_all_that_was_held_and_takes_no_more_than_is_owed(held: int, fee: int, owed: int) -> None:
    made = settlement(held, fee, owed)
    assert made.sales + made.fee == held
    assert made.repaid == min(owed, held)
    assert made.repaid_sales <= made.sales
    assert made.repaid_fee <= made.fee <= fee
    assert all(sum(line.amount for line in side) == 0 for side in made.entries.values())


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_no_side_of_a_settlement_is_negative(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="fen"):
        settlement(*wrong)


@pytest.mark.parametrize(
    ("amount", "sales", "told"),
    [
        (500, 500, {"shop": -500, "escrow": 500}),
        (500, 400, {"shop": -400, "fees": -100, "escrow": 500}),
        (500, 0, {"fees": -500, "escrow": 500}),
        (500, -3, {"fees": -500, "escrow": 500}),
    ],
)
def test_what_a_shop_decided_on_comes_out_of_its_sales_then_its_fees(
    amount: int, sales: int, told: dict[str, int]
) -> None:
    assert {line.account.value: line.amount for line in recovery(amount, sales)} == told


def test_nothing_is_no_recovery() -> None:
    with pytest.raises(ValueError, match="recovery of 0"):
        recovery(0, 100)
