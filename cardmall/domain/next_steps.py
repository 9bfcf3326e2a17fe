"""After a rejection: what the shopper can do, the likeliest help first (R52)."""

from dataclasses import dataclass
from enum import StrEnum

from cardmall.domain.rules.ways import Decision, form_open, may_appeal
from cardmall.domain.terms import RejectReason


class StepKind(StrEnum):
    """One thing to do after a rejection."""

    again = "again"
    talk = "talk"
    appeal = "appeal"
    resume = "resume"
    partial = "partial"
    transfer = "transfer"
    support = "support"


_ORDER = {
    RejectReason.already_delivered: (
        StepKind.again,
        StepKind.appeal,
        StepKind.talk,
        StepKind.transfer,
        StepKind.support,
    ),
    RejectReason.product_final: (
        StepKind.appeal,
        StepKind.talk,
        StepKind.partial,
        StepKind.transfer,
        StepKind.resume,
        StepKind.support,
    ),
    RejectReason.evidence_insufficient: (
        StepKind.again,
        StepKind.talk,
        StepKind.appeal,
        StepKind.partial,
        StepKind.resume,
        StepKind.support,
    ),
    RejectReason.other: (
        *(
            StepKind.appeal,
            StepKind.talk,
            StepKind.again,
            StepKind.partial,
            StepKind.resume,
            StepKind.transfer,
            StepKind.support,
        ),
    ),
}


@dataclass(frozen=True)
class NextStep:
    """`way`: the form of `again`, "" for the others."""

    step: str
    way: str = ""


def appeal_first(reason: RejectReason | None) -> bool:
    """Whether an appeal is the likelier help than asking again; None: nothing was rejected."""
    return reason is not None and _ORDER[reason][0] is StepKind.appeal


def next_steps(
    reason: RejectReason, ways: tuple[Decision, ...], *, resumable: bool, partial: bool = False, transfer: bool = False
) -> tuple[NextStep, ...]:
    """The steps that lead on from this rejection, given the ways open now; there is always one that works."""
    form = form_open(ways)
    open_now = {
        StepKind.again: form is not None,
        StepKind.appeal: may_appeal(ways),
        StepKind.resume: resumable,
        StepKind.partial: partial,
        StepKind.transfer: transfer,
    }
    found = [step for step in _ORDER[reason] if open_now.get(step, True)]
    return tuple(NextStep(s, form if s is StepKind.again and form else "") for s in found)
