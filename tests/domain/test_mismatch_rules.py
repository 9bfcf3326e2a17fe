"""May an admin have a difference of a statement asked about, or closed: every row."""

import pytest

from cardmall.domain.repairs import Repair
from cardmall.domain.rules.mismatches import MismatchAct, MismatchFacts, may
from cardmall.domain.rules.turn import ADMIN, JOB, SHOPPER, Standing
from cardmall.domain.terms import Offer, Reason, Role
from tests.domain.facts import NOW

ASKABLE = MismatchFacts(closed=False, proposed=Repair.ask_channel)


@pytest.mark.parametrize("act", MismatchAct)
def test_an_open_difference_may_be_asked_about_and_closed_by_an_admin_alone(act: MismatchAct) -> None:
    assert may(act, ADMIN, ASKABLE, NOW).is_open
    for who in (SHOPPER, JOB, Standing(Role.merchant)):
        assert may(act, who, ASKABLE, NOW).reason is Reason.not_allowed


@pytest.mark.parametrize("act", MismatchAct)
def test_a_closed_one_has_changed(act: MismatchAct) -> None:
    turn = may(act, ADMIN, MismatchFacts(closed=True, proposed=Repair.ask_channel), NOW)
    assert (turn.reason, turn.offer) == (Reason.changed, Offer.overview)


def test_what_the_channel_cannot_answer_is_for_support() -> None:
    by_hand = MismatchFacts(closed=False)
    turn = may(MismatchAct.repair, ADMIN, by_hand, NOW)
    assert (turn.reason, turn.offer) == (Reason.not_allowed, Offer.support)
    assert may(MismatchAct.close, ADMIN, by_hand, NOW).is_open
