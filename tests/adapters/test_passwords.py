"""Passwords at the cheapest cost; the real cost is checked once, by its parameters."""

import pytest

from cardmall.adapters.passwords import Cost, PasswordCheck, Passwords, password_error
from cardmall.domain.terms import FieldError

CHEAP = Passwords(Cost(memory_kib=8, passes=1, lanes=1))


def test_it_knows_the_right_password() -> None:
    kept = CHEAP.hash("correct horse")
    assert CHEAP.check("correct horse", kept) == PasswordCheck(True)
    assert CHEAP.check("wrong horse", kept) == PasswordCheck(False)


def test_it_reads_a_password_composed_by_another_keyboard() -> None:
    assert CHEAP.check("café①１", CHEAP.hash("cafe\u030111")).right


def test_it_never_lets_anybody_in_as_nobody() -> None:
    assert CHEAP.check("anything", None) == PasswordCheck(False)
    assert CHEAP.check("", None) == PasswordCheck(False)
    assert CHEAP.check("x", "not a hash") == PasswordCheck(False)


def test_it_offers_a_fresh_hash_when_the_cost_has_changed() -> None:
    checked = Passwords(Cost(memory_kib=16, passes=1)).check("correct horse", CHEAP.hash("correct horse"))
    assert checked.fresh is not None
    assert "m=16,t=1,p=1" in checked.fresh


def test_it_costs_what_owasp_asks_unless_told_otherwise() -> None:
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in Passwords().hash("correct horse")


@pytest.mark.parametrize(
    ("password", "error"),
    [("", FieldError.required), ("1234567", FieldError.too_short), ("kq7-vn2x", None), ("x" * 128, None),
     ("x" * 129, FieldError.too_long)],
)  # fmt: skip
def test_it_says_what_is_wrong_with_a_new_password(password: str, error: FieldError | None) -> None:
    assert password_error(password) == error


@pytest.mark.parametrize("password", ["12345678", "password", "PassWord", "iloveyou", "１２３４５６７８９", "football"])
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert password_error(password) == FieldError.too_common


@pytest.mark.parametrize(
    "password", ["Mei.Ling@example.org", "mei.ling", "13912345678", "+8613912345678", "8613912345678"]
)
def test_the_own_address_is_no_password(password: str) -> None:
    assert password_error(password, "mei.ling@example.org", "+8613912345678") == FieldError.like_address
    assert password_error(f"{password}-7", "mei.ling@example.org", "+8613912345678") is None


def test_nobody_costs_what_somebody_costs() -> None:
    kept = CHEAP.hash("correct horse")
    assert CHEAP._nobody.rpartition("$")[0].rpartition("$")[0] == kept.rpartition("$")[0].rpartition("$")[0]
