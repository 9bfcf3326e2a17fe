"""A refund's way: tries, pauses, the channel's own limits, arrival."""

from datetime import UTC, datetime, timedelta

import pytest

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.refunding import (
    FINAL,
    REDIRECTABLE,
    Hindrance,
    Sending,
    Stuck,
    arrives,
    ask_after,
    hindrance_of,
    is_expected,
    is_late_refund,
    is_redirectable,
    may_send_again,
    missing_again_in,
    resend_after,
    send_in,
    stuck_by,
)
from cardmall.domain.terms import Channel, RefundStatus

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEK = WorkCalendar()


def test_a_busy_channel_is_tried_eight_times_ever_more_seldom_then_a_person_looks() -> None:
    waits = [resend_after(Hindrance.busy, n) for n in range(1, 9)]
    assert waits == [*(2**n * MINUTE for n in range(1, 8)), None]


def test_an_empty_merchant_account_is_tried_every_hour() -> None:
    assert resend_after(Hindrance.balance_low, 1) == resend_after(Hindrance.balance_low, 7) == limits.BALANCE_AGAIN
    assert resend_after(Hindrance.balance_low, 8) is None


@pytest.mark.parametrize("hindrance", sorted(FINAL))
def test_what_is_final_is_not_tried_again(hindrance: Hindrance) -> None:
    assert resend_after(hindrance, 1) is None and stuck_by(hindrance) is hindrance


@pytest.mark.parametrize("hindrance", sorted(set(Hindrance) - FINAL))
def test_what_is_not_final_uses_up_its_tries(hindrance: Hindrance) -> None:
    assert stuck_by(hindrance) is Hindrance.tries_used and hindrance not in REDIRECTABLE


@pytest.mark.parametrize(
    ("minutes", "pause"), [(0, 1), (4, 1), (5, 5), (29, 5), (30, 30), (24 * 60 - 1, 30), (24 * 60, 360), (10**5, 360)]
)
def test_a_silent_channel_is_asked_ever_more_seldom_and_never_forgotten(minutes: int, pause: int) -> None:
    assert ask_after(minutes * MINUTE) == pause * MINUTE


@pytest.mark.parametrize(
    ("channel", "apart"), [(Channel.wechat, 60), (Channel.alipay, 3), (Channel.bank_card, 60)]
)  # fmt: skip
def test_refunds_of_one_payment_keep_their_distance(channel: Channel, apart: int) -> None:
    assert send_in(Sending(channel, NOW), NOW) == timedelta()
    sent = Sending(channel, NOW, parts=1, last_sent_at=NOW - timedelta(seconds=apart - 1))
    assert send_in(sent, NOW) == timedelta(seconds=1)
    assert send_in(sent, NOW + timedelta(seconds=1)) <= timedelta()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Sending(Channel.wechat, NOW - 365 * DAY), None),
        (Sending(Channel.wechat, NOW - 365 * DAY - MINUTE), Hindrance.too_old),
        (Sending(Channel.wechat, NOW, parts=49), None),
        (Sending(Channel.wechat, NOW, parts=50), Hindrance.too_many_parts),
        (Sending(Channel.wechat, NOW - 400 * DAY, parts=50, redirected=True), None),
    ],
)
def test_the_channels_limits_are_known_before_it_is_asked(facts: Sending, expected: Hindrance | None) -> None:
    assert hindrance_of(facts, NOW) is expected


def test_wallets_take_minutes_and_bank_cards_working_days() -> None:
    assert arrives(Channel.alipay, NOW, WEEK) == arrives(Channel.wechat, NOW, WEEK) == NOW + limits.WALLET_ARRIVAL
    assert arrives(Channel.bank_card, NOW, WEEK) == datetime(2026, 11, 26, 16, tzinfo=UTC)  # Thursday, 24:00 Shanghai


def test_three_working_days_past_its_day_a_refund_is_late() -> None:
    expected = datetime(2026, 11, 26, 15, tzinfo=UTC)  # Thursday evening: Friday, Monday, Tuesday
    late = datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert not is_late_refund(expected, WEEK, late - timedelta(seconds=1)) and is_late_refund(expected, WEEK, late)


@pytest.mark.parametrize("status", RefundStatus)
def test_nobody_expects_what_stands_still(status: RefundStatus) -> None:
    assert is_expected(status) == (status in ("requested", "sent", "processing", "succeeded"))


_H = Hindrance


@pytest.mark.parametrize(
    ("stuck", "free"),
    [
        (Stuck(_H.too_old, sent=False), True),
        (Stuck(_H.too_many_parts, sent=False), True),
        (Stuck(_H.account_closed, sent=True), False),
        (Stuck(_H.account_closed, sent=True, failed=True), True),
        (Stuck(_H.account_closed, sent=True, burnt=True), True),
        (Stuck(_H.tries_used, sent=True, failed=True), False),
        (Stuck(_H.tries_used, sent=True, burnt=True), True),
        (Stuck(_H.tries_used, sent=True, failed=True, asked_for=True), True),
        (Stuck(_H.tries_used, sent=True, asked_for=True), False),
        (Stuck(_H.refused, sent=True, failed=True, burnt=True, asked_for=True), False),
        (Stuck(_H.arrived, sent=False, asked_for=True), False),
    ],
)
def test_money_goes_elsewhere_only_when_it_surely_did_not_go_back(stuck: Stuck, free: bool) -> None:
    assert is_redirectable(stuck) is free


@pytest.mark.parametrize(
    ("stuck", "free"),
    [
        (Stuck(_H.balance_low, sent=True, burnt=True), True),
        (Stuck(_H.refused, sent=True, burnt=True), True),
        (Stuck(_H.balance_low, sent=True, burnt=True, asked_for=True), False),
        (Stuck(_H.account_closed, sent=True, burnt=True), False),
        (Stuck(_H.account_closed, sent=True, failed=True), True),
        (Stuck(_H.arrived, sent=False), False),
    ],
)
def test_a_burnt_number_is_sent_again_only_where_no_other_account_helps(stuck: Stuck, free: bool) -> None:
    assert may_send_again(stuck) is free


def test_a_number_the_channel_does_not_know_is_asked_about_twice_half_an_hour_apart() -> None:
    assert missing_again_in(None, NOW) == 30 * MINUTE
    assert missing_again_in(NOW, NOW + 29 * MINUTE) == MINUTE
    assert missing_again_in(NOW, NOW + 30 * MINUTE) is None
