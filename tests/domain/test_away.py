"""For how long a shop may be away (R98): by days of Shanghai, 30 at a time, 60 in 180 together; who may set it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.away import Span, away_days_left, days_used, first_counted, opens_again, wrong_return
from cardmall.domain.calendar import day_of, end_of
from cardmall.domain.rules.away import AwayAct, AwayFacts, may
from cardmall.domain.rules.turn import EVERY, Standing
from cardmall.domain.terms import Offer, Reason, Role

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai


def away(since: date, until: date) -> Span:
    """From noon of the one day until the other begins."""
    return end_of(since) - timedelta(hours=12), opens_again(until)


def ago(days: int) -> date:
    return TODAY - days * DAY


def test_a_shop_is_back_when_the_day_begins_in_shanghai() -> None:
    assert opens_again(date(2026, 12, 5)) == datetime(2026, 12, 4, 16, 0, tzinfo=UTC)
    assert day_of(opens_again(TODAY)) == TODAY == day_of(opens_again(TODAY + DAY) - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("spans", "used"),
    [
        ([], 0),
        ([away(ago(3), ago(1))], 2),  # back on the day before today: that day does not count
        ([away(ago(3), ago(2)), away(ago(2), ago(1))], 2),
        ([away(ago(3), ago(1)), away(ago(2), ago(1))], 2),  # a day counts once
        ([(NOW - 5 * DAY, NOW - 5 * DAY)], 1),  # opened again at once
        ([(opens_again(ago(5)), opens_again(ago(5)))], 1),  # at midnight
        ([(opens_again(ago(5)) - timedelta(seconds=1), opens_again(ago(5)) + timedelta(seconds=1))], 2),
        ([away(ago(1), TODAY + 9 * DAY)], 1),  # today and what is planned count with the new days
        ([(NOW, NOW)], 0),
        ([away(ago(180), ago(179))], 1),  # the first day that counts
        ([away(ago(181), ago(180))], 0),  # the last that does not
        ([away(ago(190), ago(170))], 10),
    ],
)
def test_each_day_of_shanghai_counts_whole_and_once(spans: Iterable[Span], used: int) -> None:
    assert days_used(spans, TODAY) == used


def test_what_ended_before_the_first_moment_counted_is_not_read() -> None:
    assert first_counted(TODAY) == opens_again(ago(180))
    assert days_used([(first_counted(TODAY) - DAY, first_counted(TODAY))], TODAY) == 0


@pytest.mark.parametrize(("used", "left"), [(0, 30), (29, 30), (30, 30), (31, 29), (59, 1), (60, 0), (61, 0)])
def test_thirty_days_at_a_time_and_sixty_together(used: int, left: int) -> None:
    assert away_days_left([away(ago(used), TODAY)] if used else [], TODAY) == left


@pytest.mark.parametrize(
    ("days", "left", "wrong"),
    [
        (-1, 30, "day_over"),
        (0, 30, "day_over"),
        (1, 30, None),
        (30, 30, None),
        (31, 30, "away_too_long"),
        (29, 29, None),
        (30, 29, "away_used_up"),
        (1, 0, "away_used_up"),
        (31, 0, "away_too_long"),
    ],
)
def test_the_day_of_return_has_its_bounds(days: int, left: int, wrong: str | None) -> None:
    assert wrong_return(TODAY + days * DAY, TODAY, left) == wrong


def test_without_a_day_it_is_asked_for() -> None:
    assert wrong_return(None, TODAY, 30) == "required"


_MOMENTS = st.integers(1, 240 * 24 * 60).map(lambda minutes: NOW - DAY - timedelta(minutes=minutes))


@given(st.lists(st.tuples(_MOMENTS, _MOMENTS).map(lambda two: (min(two), max(two)))))
def test_cutting_a_time_in_two_changes_nothing_and_more_is_never_less(spans: list[Span]) -> None:
    halves = [half for a, b in spans for half in ((a, a + (b - a) / 2), (a + (b - a) / 2, b))]
    assert days_used(halves, TODAY) == days_used(spans, TODAY) <= 180
    assert days_used(spans[1:], TODAY) <= days_used(spans, TODAY)


@pytest.mark.parametrize("action", AwayAct)
def test_owners_set_it_and_nobody_else(action: AwayAct) -> None:
    assert may(action, Standing(Role.merchant, EVERY), AwayFacts(), NOW).is_open
    staff = may(action, Standing(Role.merchant, EVERY - {"owner"}), AwayFacts(current=False), NOW)
    assert (staff.reason, staff.offer) == (Reason.not_allowed, Offer.overview)
    for role in (Role.shopper, Role.admin, Role.system):
        assert may(action, Standing(role, EVERY), AwayFacts(), NOW).reason is Reason.not_allowed


def test_what_a_colleague_set_meanwhile_is_seen_before_it_is_set_otherwise() -> None:
    owner, old = Standing(Role.merchant, EVERY), AwayFacts(current=False)
    turn = may(AwayAct.leave, owner, old, NOW)
    assert (turn.reason, turn.offer) == (Reason.changed, Offer.form)
    assert may(AwayAct.return_, owner, old, NOW).is_open
