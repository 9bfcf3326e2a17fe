"""How a case may end, and what it costs, while cards are under recall: every row."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.rules.outcomes import OutcomeAct, OutcomeFacts, Price, may, price_of
from cardmall.domain.rules.turn import JOB, SHOPPER
from cardmall.domain.terms import Offer, Reason
from tests.domain.facts import NOW

_A = OutcomeAct
GIVEN = {"delivered": True, "covered_recalled": True}
TABLE: list[tuple[OutcomeAct, dict[str, Any], bool]] = [
    (_A.settle_on_amount, {}, True),
    (_A.settle_on_amount, {"delivered": True}, True),
    (_A.settle_on_amount, {"covered_recalled": True}, True),
    (_A.settle_on_amount, {"delivered": True, "offered_recalled": True}, True),
    (_A.settle_on_amount, GIVEN, False),
    (_A.hand_over, {}, True),
    (_A.hand_over, GIVEN, True),
    (_A.hand_over, {"offered_recalled": True}, False),
]


@pytest.mark.parametrize(("act", "told", "is_open"), TABLE)
def test_how_a_case_may_end_under_a_recall(act: OutcomeAct, told: dict[str, Any], is_open: bool) -> None:
    for who in (SHOPPER, JOB):
        turn = may(act, who, OutcomeFacts(**told), NOW)
        assert turn.is_open is is_open
        assert is_open or (turn.reason, turn.offer) == (Reason.recalled, Offer.case)


def test_a_case_over_a_recalled_card_costs_no_fee() -> None:
    assert price_of(Price(paid=1000, amount=950, fee=50), OutcomeFacts(**GIVEN)) == Price(1000, 1000, 0)


@given(st.builds(OutcomeFacts, st.booleans(), st.booleans(), st.booleans()))
def test_any_other_case_costs_what_the_shopper_was_shown(facts: OutcomeFacts) -> None:
    shown = Price(paid=1000, amount=950, fee=50)
    assert (price_of(shown, facts) == shown) is not facts.is_recalled
