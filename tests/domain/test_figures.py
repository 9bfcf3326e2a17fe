"""Numbers of the trade in texts come from limits."""

import pytest

from cardmall.domain import limits
from cardmall.domain.figures import FIGURES, number_words


def test_a_number_is_that_of_limits() -> None:
    assert number_words("rounds") == str(limits.ROUNDS)
    assert number_words("answer_hours") == "48"
    assert all(value.isdigit() and value != "0" for value in FIGURES.values())


def test_any_limit_has_its_own_name_and_a_unit() -> None:
    assert number_words("session_life_days", "day") == f"{limits.SESSION_LIFE.days} days"
    assert number_words("pay_within_minutes") == str(limits.PAY_WITHIN.seconds // 60)


def test_english_counts_one_and_more() -> None:
    assert (number_words("grace_workdays", "business day"), number_words("review_workdays", "business day")) == (
        "1 business day",
        "2 business days",
    )
    assert [number_words(name, "times") for name in ("asks", "offers", "reminds")] == ["once", "twice", "3 times"]
    assert (number_words("balance_hours", "every hour"), number_words("remind_hours", "every hour")) == (
        "every hour",
        "every 12 hours",
    )


def test_from_five_digits_on_a_number_is_grouped_as_sums_are() -> None:
    assert (number_words("list_codes"), number_words("price_most"), number_words("code_signs")) == (
        "100,000",
        "50,000",
        "2000",
    )


def test_there_is_no_other() -> None:
    for name in ("unheard_of", "unheard_of_days", "pay_within", "quantity", "session_life_weeks"):
        with pytest.raises(KeyError):
            number_words(name)
