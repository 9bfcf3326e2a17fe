"""Answers go 90 days after the end of their order, and not while anybody may need them (R86)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cardmall.domain import limits
from cardmall.domain.rules.erasing import TABLE, ErasingAct, ErasingFacts, may
from cardmall.domain.rules.turn import ADMIN, JOB, SHOPPER
from cardmall.domain.terms import Reason

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
OLD = ErasingFacts(over_at=NOW - 90 * DAY)


def test_the_job_erases_to_the_second() -> None:
    assert limits.ANSWERS_KEPT == 90 * DAY
    assert may(ErasingAct.erase, JOB, OLD, NOW).is_open


@pytest.mark.parametrize(
    ("change", "reason", "opens_at"),
    [
        ({"over_at": None}, Reason.too_early, NOW + DAY),
        ({"over_at": NOW - 90 * DAY + SECOND}, Reason.too_early, NOW + SECOND),
        ({"in_case": True}, Reason.case_open, NOW + DAY),
        ({"owed": True}, Reason.refund_open, NOW + DAY),
    ],
)
def test_it_waits_and_looks_again(change: dict[str, Any], reason: Reason, opens_at: datetime) -> None:
    turn = may(ErasingAct.erase, JOB, replace(OLD, **change), NOW)
    assert (turn.reason, turn.opens_at) == (reason, opens_at) and len(TABLE) == 4


def test_no_person_erases() -> None:
    for who in (SHOPPER, ADMIN):
        assert may(ErasingAct.erase, who, OLD, NOW).reason is Reason.not_allowed
