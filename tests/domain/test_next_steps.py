"""After a rejection: which steps lead on, for every reason."""

import pytest

from cardmall.domain.next_steps import NextStep, StepKind, appeal_first, next_steps
from cardmall.domain.rules.ways import Decision
from cardmall.domain.terms import Offer, Outcome, Reason, RejectReason, Way

OPEN_APPEAL = Decision(Way.appeal, Outcome.open, Reason.rejected, Offer.appeal)
OPEN_RETURN = Decision(Way.return_, Outcome.open, Reason.sealed, Offer.return_)
CLOSED = Decision(Way.request, Outcome.refused, Reason.delivered, Offer.return_)


def steps(reason: RejectReason, *ways: Decision, resumable: bool = False) -> list[str]:
    return [step.step for step in next_steps(reason, ways, resumable=resumable)]


def test_already_delivered_leads_to_the_return_first() -> None:
    assert steps(RejectReason.already_delivered, OPEN_RETURN, OPEN_APPEAL)[0] == StepKind.again
    assert next_steps(RejectReason.already_delivered, (OPEN_RETURN,), resumable=False)[0] == NextStep(
        StepKind.again, Way.return_
    )


def test_missing_evidence_leads_to_a_new_request_with_more_of_it() -> None:
    assert steps(RejectReason.evidence_insufficient, OPEN_RETURN)[0] == StepKind.again


@pytest.mark.parametrize("reason", RejectReason)
def test_what_is_closed_is_not_offered(reason: RejectReason) -> None:
    found = steps(reason, CLOSED)
    assert not {StepKind.again, StepKind.appeal, StepKind.resume} & set(found)


@pytest.mark.parametrize("reason", RejectReason)
def test_there_is_always_a_step_that_works(reason: RejectReason) -> None:
    found = next_steps(reason, (), resumable=False)
    assert {StepKind.talk, StepKind.support} <= {step.step for step in found}


def test_a_hold_that_outlives_the_case_can_be_ended() -> None:
    assert StepKind.resume in steps(RejectReason.other, OPEN_APPEAL, resumable=True)
    assert StepKind.resume not in steps(RejectReason.other, OPEN_APPEAL)


@pytest.mark.parametrize("reason", sorted(set(RejectReason) - {RejectReason.evidence_insufficient}))
def test_an_order_that_may_be_passed_on_can_be_transferred(reason: RejectReason) -> None:
    assert StepKind.transfer in {step.step for step in next_steps(reason, (), resumable=False, transfer=True)}
    assert StepKind.transfer not in {step.step for step in next_steps(reason, (), resumable=False)}


@pytest.mark.parametrize("reason", [RejectReason.other, RejectReason.product_final])
def test_b3_a_rejection_leads_to_the_appeal_first(reason: RejectReason) -> None:
    assert steps(reason, OPEN_RETURN, OPEN_APPEAL, resumable=True)[0] == StepKind.appeal
    assert appeal_first(reason)


@pytest.mark.parametrize("reason", [RejectReason.already_delivered, RejectReason.evidence_insufficient, None])
def test_b3_asking_again_stays_first_where_it_is_the_answer_to_the_reason(reason: RejectReason | None) -> None:
    assert not appeal_first(reason)
