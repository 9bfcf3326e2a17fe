"""What the clock may do to a case: every row, by facts only it refuses."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from cardmall.domain.rules.deadlines import TABLE, ClockAct, ClockFacts, may
from cardmall.domain.rules.turn import ADMIN, JOB, SHOPPER, Standing
from cardmall.domain.terms import CaseStatus, Offer, Reason, Role
from tests.domain.facts import NOW, SECOND

REVIEW = ClockFacts(CaseStatus.review, NOW - SECOND, undelivered=True)
OVERDUE = replace(REVIEW, status=CaseStatus.overdue, grace_at=NOW - SECOND)
APPEAL = replace(OVERDUE, status=CaseStatus.appeal)
STATE, GRACE, LATE = ClockAct


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        (STATE, REVIEW),
        *((STATE, replace(REVIEW, status=CaseStatus(one))) for one in ("info_requested", "offered", "asked")),
        (STATE, replace(OVERDUE, grace_at=None)),  # since before there was a grace
        (GRACE, OVERDUE),
        (GRACE, APPEAL),  # it runs on even if the shopper appealed
        (GRACE, replace(APPEAL, deadline=NOW + SECOND)),
        (LATE, APPEAL),
    ],
)
def test_a_second_after_its_deadline_the_clock_acts(act: ClockAct, facts: ClockFacts) -> None:
    turn = may(act, JOB, facts, NOW)
    assert turn.is_open and turn.wait(NOW) is None


SOON = NOW + SECOND
REFUSED: list[tuple[ClockAct, ClockFacts, dict[str, Any], Reason, datetime | None]] = [
    (STATE, REVIEW, {"status": CaseStatus.withdrawn}, Reason.stale, None),
    (STATE, REVIEW, {"status": CaseStatus.appeal}, Reason.stale, None),
    (STATE, replace(OVERDUE, grace_at=None), {"grace_at": NOW}, Reason.stale, None),
    (STATE, REVIEW, {"deadline": NOW}, Reason.too_early, SOON),
    (GRACE, OVERDUE, {"status": CaseStatus.withdrawn}, Reason.stale, None),
    (GRACE, OVERDUE, {"grace_at": None}, Reason.stale, None),
    (GRACE, OVERDUE, {"undelivered": False}, Reason.delivered, None),
    (GRACE, OVERDUE, {"grace_at": NOW}, Reason.too_early, SOON),
    (LATE, APPEAL, {"status": CaseStatus.ruled_split}, Reason.stale, None),
    (LATE, APPEAL, {"deadline": NOW}, Reason.too_early, SOON),
]


@pytest.mark.parametrize(("act", "facts", "change", "reason", "opens_at"), REFUSED)
def test_one_row_keeps_the_clock_from_acting(
    act: ClockAct, facts: ClockFacts, change: dict[str, Any], reason: Reason, opens_at: datetime | None
) -> None:
    assert may(act, JOB, facts, NOW).is_open
    turn = may(act, JOB, replace(facts, **change), NOW)
    assert (turn.reason, turn.offer, turn.opens_at) == (reason, Offer.case, opens_at)


def test_every_row_is_reached() -> None:
    reached = {
        next(row for row in TABLE if act in row.acts and row.fits(replace(facts, **change), JOB, NOW))
        for act, facts, change, _, _ in REFUSED
    }
    assert reached == set(TABLE)


@pytest.mark.parametrize(("act", "facts"), [(STATE, REVIEW), (GRACE, OVERDUE), (LATE, APPEAL)])
@pytest.mark.parametrize("who", [SHOPPER, Standing(Role.merchant), ADMIN])
def test_no_person_is_the_clock(who: Standing, act: ClockAct, facts: ClockFacts) -> None:
    assert may(act, who, facts, NOW).reason is Reason.not_allowed
    assert not OVERDUE.ends_by_itself
