"""Passwords at the cheapest cost; the real cost is checked once, by its parameters."""

import pytest

from cardmall.adapters.passwords import Checked, Cost, Passwords, password_error
from cardmall.domain.terms import FieldError

CHEAP = Passwords(Cost(memory_kib=8, passes=1, lanes=1))


def test_it_knows_the_right_password() -> None:
    kept = CHEAP.hash("correct horse")
    assert CHEAP.check("correct horse", kept) == Checked(True)
    assert CHEAP.check("wrong horse", kept) == Checked(False)


def test_it_reads_a_password_composed_by_another_keyboard() -> None:
    assert CHEAP.check("café①１", CHEAP.hash("cafe\u030111")).right


def test_it_never_lets_anybody_in_as_nobody() -> None:
    assert CHEAP.check("anything", None) == Checked(False)
    assert CHEAP.check("", None) == Checked(False)
    assert CHEAP.check("x", "not a hash") == Checked(False)


def test_it_offers_a_fresh_hash_when_the_cost_has_changed() -> None:
    checked = Passwords(Cost(memory_kib=16, passes=1)).check("correct horse", CHEAP.hash("correct horse"))
    assert checked.fresh is not None
    assert "m=16,t=1,p=1" in checked.fresh


def test_it_costs_what_owasp_asks_unless_told_otherwise() -> None:
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in Passwords().hash("correct horse")


@pytest.mark.parametrize(
    ("password", "error"),
    [("", FieldError.required), ("1234567", FieldError.too_short), ("12345678", None), ("x" * 128, None),
     ("x" * 129, FieldError.too_long)],
)  # fmt: skip
def test_it_says_what_is_wrong_with_a_new_password(password: str, error: FieldError | None) -> None:
    assert password_error(password) == error
