"""Answers that meet: accept × approve × the end of the 48 hours, answer × silence, the platform × the merchant."""

from collections import Counter
from datetime import datetime
from functools import partial

import pytest

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.limits import DEADLINE_SECOND
from cardmall.domain.terms import SYSTEM, Refused
from cardmall.reads.doors import case_for
from cardmall.services.case import answers, deadlines, replies
from tests.services.race import race, refusals, rounds
from tests.town import Tale, Town, a_look, act

pytestmark = pytest.mark.slow
TIMES = rounds(30)


def accept(tale: Tale) -> None:
    act(replies.accept_offer, tale.shopper, tale.case.no, now=tale.at)


def answer(tale: Tale) -> None:
    act(replies.answer_merchant, tale.shopper, tale.case.no, text="截图", now=tale.at)


def approve(tale: Tale) -> None:
    act(answers.approve_case, tale.town.bob, tale.case.no, now=tale.at)


def remind(tale: Tale) -> Refused | None:
    return act(replies.remind_merchant, tale.shopper, tale.case.no, now=tale.at)


def time_is_up(tale: Tale, at: datetime) -> None:
    """As the worker does, when the job of the deadline it had then is due."""
    with db.transaction() as session:
        found = case_for(a_look(session, SYSTEM), tale.case.no, lock=True)
        deadlines.meet_case_deadline(our_act(session, now=at, cause="case_deadline"), *found)


def grace_is_over(tale: Tale) -> None:
    with db.transaction() as session:
        found = case_for(a_look(session, SYSTEM), tale.case.no, lock=True)
        at = (found[0].grace_at or tale.at) + DEADLINE_SECOND
        deadlines.end_grace(our_act(session, now=at, cause="end_grace"), *found)


def test_an_offer_is_accepted_or_the_whole_approved_never_both(town: Town) -> None:
    town.sell("plenty", TIMES)
    winners: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().request().offer("60")
        results = race(partial(accept, tale), partial(approve, tale), jitter=0.004)
        assert refusals(results) == ["stale"]
        status = tale.case.status.value
        winners[status] += 1
        assert [r.amount for r in tale.refunds] == [{"settled": 6000, "approved": 9900}[status]]
        assert (tale.row.status, tale.row.held_at) == ("canceled", None)
    assert set(winners) == {"settled", "approved"}


def test_an_offer_is_accepted_or_lapses(town: Town) -> None:
    town.sell("plenty", 3 * TIMES)
    winners: Counter[str] = Counter()
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().deliver().request(way="return").offer()
        accepted, _ = race(
            partial(accept, tale), partial(time_is_up, tale, tale.case.deadline + DEADLINE_SECOND), jitter=0.004
        )
        status = tale.case.status.value
        winners[status] += 1
        if isinstance(accepted, Refused):
            assert (accepted.status, tale.card_states, tale.row.held_at is None) == ("review", ["sealed"], False)
        else:
            assert (status, tale.card_states, tale.row.held_at) == ("settled", ["sealed", "voided"], None)
    assert set(winners) == {"settled", "review"}


def test_evidence_and_silence_lead_back_to_review_once(town: Town) -> None:
    town.sell("plenty", TIMES)
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().request().ask()
        race(partial(answer, tale), partial(time_is_up, tale, tale.case.deadline + DEADLINE_SECOND), jitter=0.004)
        assert tale.case.status == "review"
        assert len({"case_answered", "case_unanswered"} & set(tale.verbs)) == 1


def test_the_platform_and_the_late_merchant_approve_once(town: Town) -> None:
    town.sell("plenty", TIMES)
    for _ in range(TIMES):
        tale = town.tale().order("plenty").pay().request().lapse()
        race(partial(approve, tale), partial(grace_is_over, tale), jitter=0.004)
        assert (tale.case.status, tale.verbs.count("case_approved")) == ("approved", 1)
        assert [r.amount for r in tale.refunds] == [9900]


def test_a_reminder_pressed_twice_is_one(town: Town) -> None:
    tale = town.tale().order("auto-card").pay().request()
    results = race(*[partial(remind, tale)] * 4)
    assert sorted(type(r).__name__ for r in results) == ["NoneType", "Refused", "Refused", "Refused"]
    assert (tale.case.reminds, tale.verbs.count("remind_refused")) == (1, 3)
