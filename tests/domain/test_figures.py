"""Numbers of the trade in texts come from limits."""

import pytest

from cardmall.domain import limits
from cardmall.domain.figures import FIGURES, figure


def test_a_number_is_that_of_limits() -> None:
    assert figure("rounds") == str(limits.ROUNDS)
    assert figure("answer_hours") == "48"
    assert all(value.isdigit() and value != "0" for value in FIGURES.values())


def test_english_counts_one_and_more() -> None:
    assert (figure("grace_workdays", "business day"), figure("review_workdays", "business day")) == (
        "1 business day",
        "2 business days",
    )
    assert [figure(name, "times") for name in ("asks", "offers", "reminds")] == ["once", "twice", "3 times"]
    assert (figure("balance_hours", "every hour"), figure("remind_hours", "every hour")) == (
        "every hour",
        "every 12 hours",
    )


def test_there_is_no_other() -> None:
    with pytest.raises(KeyError):
        figure("unheard_of")
