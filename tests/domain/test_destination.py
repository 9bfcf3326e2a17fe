"""Another account, as it was typed: every wrong field is named at once, and no page shows more than the tail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.destination import Destination, is_luhn, typed_destination
from cardmall.domain.refunding import DestinationKind
from cardmall.domain.terms import FieldError


def card_of(digits: str) -> str:
    """With the check digit that fits."""
    return next(digits + str(n) for n in range(10) if is_luhn(digits + str(n)))


GOOD = card_of("622202020011223000")


@pytest.mark.parametrize(
    ("kind", "account", "kept", "masked"),
    [
        ("bank_card", GOOD, GOOD, f"**** {GOOD[-4:]}"),
        ("bank_card", f"{GOOD[:4]} {GOOD[4:8]}-{GOOD[8:]}", GOOD, f"**** {GOOD[-4:]}"),
        ("bank_card", "4111 1111 1111 1111", "4111111111111111", "**** 1111"),
        ("alipay", "13800000002", "13800000002", "138****0002"),
        ("alipay", "+86 138 0000 0002", "13800000002", "138****0002"),
        ("alipay", "Dave@Example.com", "dave@example.com", "da***@example.com"),
    ],
)
def test_a_good_account_is_kept_bare_and_shown_masked(kind: str, account: str, kept: str, masked: str) -> None:
    found = typed_destination(kind, account, " 周  明 ")
    assert isinstance(found, Destination)
    assert (found.account, found.masked, found.holder) == (kept, masked, "周 明")
    assert found.told == f"{kind}:{kept}:周 明"


@pytest.mark.parametrize(
    ("kind", "account", "holder", "wrong"),
    [
        ("bank_card", "", "", {"account": FieldError.required, "holder": FieldError.required}),
        ("bank_card", "4111111111111112", "周明", {"account": FieldError.not_a_card}),
        ("bank_card", "0" * 16, "周明", {"account": FieldError.not_a_card}),
        ("bank_card", "411111111111", "周明", {"account": FieldError.not_a_card}),
        ("bank_card", "4" * 20, "周明", {"account": FieldError.not_a_card}),
        ("bank_card", "４111111111111111", "周明", {"account": FieldError.not_a_card}),
        ("alipay", "1380000", "周明", {"account": FieldError.not_an_address}),
        ("alipay", "a@b", "周明", {"account": FieldError.not_an_address}),
        ("alipay", f"{'a' * 64}@{'b' * 250}.cn", "周明", {"account": FieldError.not_an_address}),
        ("paypal", "13800000002", "周明", {"kind": FieldError.not_a_choice, "account": FieldError.not_a_card}),
        ("", GOOD, "周明", {"kind": FieldError.required}),
        ("bank_card", GOOD, "周", {"holder": FieldError.not_a_name}),
        ("bank_card", GOOD, "周1明", {"holder": FieldError.not_a_name}),
        ("bank_card", GOOD, "周:明", {"holder": FieldError.not_a_name}),
        ("bank_card", GOOD, "周" * 41, {"holder": FieldError.too_long}),
    ],
)
def test_every_wrong_field_is_named(kind: str, account: str, holder: str, wrong: dict[str, FieldError]) -> None:
    assert typed_destination(kind, account, holder) == wrong


@pytest.mark.parametrize("holder", ["周明", "阿里木·买买提", "Anna-Lena O'Hara", "J. R. Smith Jr."])
def test_names_of_all_peoples_are_names(holder: str) -> None:
    assert isinstance(typed_destination("bank_card", GOOD, holder), Destination)


@given(st.text(alphabet="0123456789", min_size=12, max_size=18), st.integers(0, 17))
def test_one_wrong_digit_is_noticed(digits: str, place: int) -> None:
    number = card_of(digits)
    at = place % len(number)
    other = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
    assert is_luhn(number) and not is_luhn(other)


@given(st.text(), st.text())
def test_whatever_is_typed_has_an_answer(account: str, holder: str) -> None:
    for kind in DestinationKind:
        assert isinstance(typed_destination(kind, account, holder), Destination | dict)
