"""What our own fault delayed is judged by the first attempt; what the shopper did since counts (R63)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.rules.ways import Facts, answered_by, decide, decide_since
from cardmall.domain.terms import CaseStatus, Way
from tests.domain.facts import (
    AWAITING,
    DAY,
    DELIVERED,
    NOW,
    REVEALED,
    SEALED,
    SECOND,
    USED,
    WEEK,
    facts,
    like,
)

HOUR = timedelta(hours=1)
CALENDAR = WorkCalendar()
TWO = like(DELIVERED, quantity=2, delivered_at=NOW - HOUR, cards=(SEALED, SEALED))


def test_delivered_since_and_still_sealed_counts_as_not_delivered() -> None:
    found = decide_since(NOW - 2 * HOUR, Way.request, TWO, NOW)
    assert (found.way, found.is_open, found.reason) == ("request", True, "not_delivered")
    assert found.preview and (found.preview.pieces, found.preview.amount) == (2, 19800)
    assert answered_by(found, CALENDAR, NOW) == CALENDAR.due(NOW, 2)


@pytest.mark.parametrize(
    "since",
    [
        like(TWO, cards=(SEALED, REVEALED), revealed=(NOW - SECOND,)),  # looked at since
        like(TWO, delivered_at=NOW - 2 * HOUR),  # delivered in that very second: the log came first
        like(TWO, delivered_at=NOW - DAY),  # delivered before
        like(TWO, last_case=CaseStatus.review),
    ],
)
def test_it_is_refused_as_it_stands_now_otherwise(since: Facts) -> None:
    assert decide_since(NOW - 2 * HOUR, Way.request, since, NOW) == decide(Way.request, since, NOW)
    assert not decide(Way.request, since, NOW).is_open


def test_a_window_that_ended_since_counts_as_open_and_the_merchant_has_all_the_time() -> None:
    over = like(DELIVERED, delivered_at=NOW - WEEK - 4 * DAY)
    assert decide(Way.return_, over, NOW).reason == "window_over"
    found = decide_since(NOW - 4 * DAY, Way.return_, over, NOW)
    assert (found.is_open, found.reason) == (True, "sealed")
    assert answered_by(found, CALENDAR, NOW) == CALENDAR.due(NOW, 2)
    assert decide_since(NOW - 4 * DAY + SECOND, Way.return_, over, NOW).reason == "window_over"


def test_what_is_open_now_is_judged_now() -> None:
    assert decide_since(NOW - DAY, Way.request, AWAITING, NOW) == decide(Way.request, AWAITING, NOW)


def test_an_appeal_is_told_by_when_the_platform_rules() -> None:
    late = like(USED, revealed=(NOW - WEEK - HOUR,))
    found = decide_since(NOW - DAY, Way.appeal, late, NOW)
    assert (found.is_open, answered_by(found, CALENDAR, NOW)) == (True, CALENDAR.due(NOW, 3))


@given(facts, st.sampled_from(Way), st.integers(0, 20 * 24))
def test_an_earlier_attempt_never_closes_a_way_and_never_shortens_an_answer(found: Facts, way: Way, hours: int) -> None:
    now, then = decide(way, found, NOW), decide_since(NOW - hours * HOUR, way, found, NOW)
    assert then.is_open or then == now
    days = 3 if way is Way.appeal else 2
    assert answered_by(then, CALENDAR, NOW) in (None, CALENDAR.due(NOW, days))
