"""May it be paid, delivered, revealed, completed, resumed: every row, by facts that only this row refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.panel import Panel
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.orders import TABLE, OrderAct, OrderFacts, may
from cardmall.domain.rules.turn import ADMIN, EVERY, JOB, SHOPPER, Row, Standing, standing
from cardmall.domain.terms import Actor, DeliveryMode, Offer, OrderStatus, Reason, Role

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MERCHANT = Standing(Role.merchant)
MEMBER = Standing(Role.merchant, EVERY)

UNPAID = OrderFacts(OrderStatus.pending_payment, DeliveryMode.auto, NOW + HOUR)
OVER = replace(UNPAID, pay_by=NOW)
AWAITING = replace(OVER, status=OrderStatus.awaiting_delivery, deliver_at=NOW)
BY_HAND = replace(AWAITING, mode=DeliveryMode.manual, deliver_at=None)
SEALED = replace(AWAITING, status=OrderStatus.delivered, delivered_at=NOW - 14 * DAY, sealed=True)
USED = replace(SEALED, delivered_at=NOW - 7 * DAY, sealed=False)
CODE, RECEIPT = ProductForm
TOPPED_UP = replace(USED, delivered_at=NOW - 14 * DAY, mode=DeliveryMode.manual, form=RECEIPT)
HELD = replace(AWAITING, held=True, hold_until=NOW)

OPEN: list[tuple[OrderAct, Standing, OrderFacts]] = [
    (OrderAct.check_out, SHOPPER, UNPAID),
    (OrderAct.check_out, SHOPPER, replace(UNPAID, paying=True)),
    (OrderAct.pay, SHOPPER, UNPAID),
    (OrderAct.pay, SHOPPER, OVER),  # until the job has closed it
    (OrderAct.pay, SHOPPER, replace(UNPAID, payments=limits.PAYMENTS)),
    (OrderAct.open_payment, SHOPPER, replace(UNPAID, payments=limits.PAYMENTS - 1)),
    (OrderAct.expire, JOB, OVER),
    (OrderAct.expire, JOB, replace(OVER, paying=True, pay_by=NOW - limits.PAYING_WAITS)),
    (OrderAct.deliver, JOB, AWAITING),
    (OrderAct.deliver, MEMBER, BY_HAND),
    (OrderAct.deliver, MEMBER, replace(BY_HAND, deliver_at=NOW + DAY)),
    (OrderAct.reveal, SHOPPER, SEALED),
    (OrderAct.reveal, SHOPPER, replace(SEALED, status=OrderStatus.completed)),
    (OrderAct.complete, SHOPPER, SEALED),
    (OrderAct.complete, SHOPPER, replace(SEALED, delivered_at=NOW)),
    (OrderAct.complete, JOB, SEALED),
    (OrderAct.complete, JOB, USED),
    (OrderAct.complete, JOB, TOPPED_UP),
    (OrderAct.complete, SHOPPER, replace(TOPPED_UP, delivered_at=NOW)),
    (OrderAct.deliver, MEMBER, replace(BY_HAND, gives=CODE)),
    (OrderAct.deliver, MEMBER, replace(BY_HAND, form=RECEIPT)),  # asked before anything is typed
    (OrderAct.deliver, MEMBER, replace(BY_HAND, form=RECEIPT, gives=RECEIPT)),
    (OrderAct.resume, SHOPPER, HELD),
    (OrderAct.resume, SHOPPER, replace(HELD, hold_until=NOW + DAY)),
    (OrderAct.resume, JOB, HELD),
    (OrderAct.check, SHOPPER, AWAITING),
    (OrderAct.check, ADMIN, HELD),
    (OrderAct.correct, SHOPPER, AWAITING),
    (OrderAct.correct, SHOPPER, replace(BY_HAND, shop_disabled=True)),
    (OrderAct.correct, SHOPPER, replace(BY_HAND, edition=limits.CORRECTIONS, seen=limits.CORRECTIONS)),
    (OrderAct.deliver, MEMBER, replace(BY_HAND, edition=2, seen=2)),
    (OrderAct.begin, MEMBER, BY_HAND),
    (OrderAct.begin, MEMBER, replace(BY_HAND, form=RECEIPT, edition=2)),
    (OrderAct.deliver, MEMBER, replace(BY_HAND, begun=True)),
    (OrderAct.deliver, JOB, replace(AWAITING, edition=2)),  # codes from the shelf go by no answer
]


@pytest.mark.parametrize(("act", "who", "facts"), OPEN)
def test_it_is_open_when_no_row_refuses(act: OrderAct, who: Standing, facts: OrderFacts) -> None:
    turn = may(act, who, facts, NOW)
    assert turn.is_open and (turn.reason, turn.offer, turn.opens_at) == (None, None, None)


# What is refused, to whom, of which open facts, by this one change: why, and when it opens.
AGAIN = NOW + limits.COMPLETE_AGAIN
REFUSED: list[tuple[OrderAct, Standing, OrderFacts, dict[str, Any], Reason, datetime | None]] = [
    (OrderAct.check_out, SHOPPER, UNPAID, {"status": OrderStatus.expired}, Reason.stale, None),
    (OrderAct.check_out, SHOPPER, UNPAID, {"shop_disabled": True}, Reason.shop_disabled, None),
    (OrderAct.pay, SHOPPER, UNPAID, {"status": OrderStatus.awaiting_delivery}, Reason.stale, None),
    (OrderAct.pay, SHOPPER, UNPAID, {"shop_disabled": True}, Reason.shop_disabled, None),
    (OrderAct.pay, SHOPPER, UNPAID, {"paying": True}, Reason.payment_under_way, None),
    (OrderAct.open_payment, SHOPPER, UNPAID, {"status": OrderStatus.canceled}, Reason.stale, None),
    (OrderAct.open_payment, SHOPPER, UNPAID, {"shop_disabled": True}, Reason.shop_disabled, None),
    (OrderAct.open_payment, SHOPPER, UNPAID, {"paying": True}, Reason.payment_under_way, None),
    (OrderAct.open_payment, SHOPPER, UNPAID, {"payments": limits.PAYMENTS}, Reason.too_many_tries, NOW + HOUR),
    (OrderAct.expire, JOB, OVER, {"status": OrderStatus.awaiting_delivery}, Reason.stale, None),
    (OrderAct.expire, JOB, OVER, {"pay_by": NOW + SECOND}, Reason.too_early, NOW + SECOND),
    (OrderAct.expire, JOB, OVER, {"paying": True}, Reason.too_early, NOW + limits.PAYING_ASKED),
    (OrderAct.deliver, JOB, AWAITING, {"held": True}, Reason.held, None),
    (OrderAct.deliver, JOB, AWAITING, {"status": OrderStatus.delivered}, Reason.stale, None),
    (OrderAct.deliver, JOB, AWAITING, {"mode": DeliveryMode.manual}, Reason.stale, None),
    (OrderAct.deliver, JOB, AWAITING, {"shop_disabled": True}, Reason.shop_disabled, None),
    (OrderAct.deliver, JOB, AWAITING, {"deliver_at": NOW + SECOND}, Reason.too_early, NOW + SECOND),
    (OrderAct.deliver, JOB, AWAITING, {"deliver_at": None}, Reason.too_early, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"held": True}, Reason.held, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"held": True, "offered": True}, Reason.transfer_open, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"status": OrderStatus.canceled}, Reason.stale, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"mode": DeliveryMode.auto}, Reason.stale, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"shop_disabled": True}, Reason.shop_disabled, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"edition": 2, "seen": 1}, Reason.changed, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"seen": 1}, Reason.changed, None),
    (OrderAct.reveal, SHOPPER, SEALED, {"sealed": False}, Reason.stale, None),
    (OrderAct.reveal, SHOPPER, SEALED, {"recalled": True, "held": True}, Reason.recalled, None),
    (OrderAct.reveal, SHOPPER, SEALED, {"held": True}, Reason.held, None),
    (OrderAct.reveal, SHOPPER, SEALED, {"held": True, "offered": True}, Reason.transfer_open, None),
    (OrderAct.complete, SHOPPER, SEALED, {"status": OrderStatus.completed}, Reason.stale, None),
    (OrderAct.complete, SHOPPER, SEALED, {"held": True}, Reason.stale, None),
    (OrderAct.complete, SHOPPER, SEALED, {"frozen": True}, Reason.stale, None),
    (OrderAct.complete, JOB, SEALED, {"status": OrderStatus.completed}, Reason.stale, None),
    (OrderAct.complete, JOB, SEALED, {"delivered_at": NOW - 14 * DAY + SECOND}, Reason.too_early, NOW + SECOND),
    (OrderAct.complete, JOB, USED, {"delivered_at": NOW - 7 * DAY + SECOND}, Reason.too_early, NOW + SECOND),
    (OrderAct.complete, JOB, USED, {"sealed": True}, Reason.too_early, NOW + 7 * DAY),
    (OrderAct.complete, JOB, USED, {"form": RECEIPT}, Reason.too_early, NOW + 7 * DAY),
    (OrderAct.complete, JOB, TOPPED_UP, {"delivered_at": NOW - 14 * DAY + SECOND}, Reason.too_early, NOW + SECOND),
    (OrderAct.deliver, MEMBER, BY_HAND, {"gives": RECEIPT}, Reason.stale, None),
    (OrderAct.deliver, MEMBER, BY_HAND, {"form": RECEIPT, "gives": CODE}, Reason.stale, None),
    (OrderAct.complete, JOB, USED, {"delivered_at": None}, Reason.too_early, None),
    (OrderAct.complete, JOB, SEALED, {"held": True}, Reason.stale, AGAIN),
    (OrderAct.complete, JOB, SEALED, {"frozen": True}, Reason.stale, AGAIN),
    (OrderAct.correct, SHOPPER, AWAITING, {"status": OrderStatus.delivered}, Reason.stale, None),
    (OrderAct.correct, SHOPPER, AWAITING, {"status": OrderStatus.pending_payment}, Reason.stale, None),
    (OrderAct.correct, SHOPPER, AWAITING, {"held": True}, Reason.held, None),
    (OrderAct.correct, SHOPPER, AWAITING, {"frozen": True}, Reason.case_open, None),
    (OrderAct.correct, SHOPPER, AWAITING, {"frozen": True, "offered": True}, Reason.transfer_open, None),
    (OrderAct.correct, SHOPPER, AWAITING, {"edition": limits.CORRECTIONS + 1}, Reason.corrections_used, None),
    (OrderAct.correct, SHOPPER, AWAITING, {"edition": 2, "seen": 1}, Reason.changed, None),
    (OrderAct.correct, SHOPPER, AWAITING, {"begun": True}, Reason.begun, None),
    (OrderAct.begin, MEMBER, BY_HAND, {"held": True}, Reason.held, None),
    (OrderAct.begin, MEMBER, BY_HAND, {"held": True, "offered": True}, Reason.transfer_open, None),
    (OrderAct.begin, MEMBER, BY_HAND, {"status": OrderStatus.pending_payment}, Reason.stale, None),
    (OrderAct.begin, MEMBER, BY_HAND, {"status": OrderStatus.delivered}, Reason.stale, None),
    (OrderAct.begin, MEMBER, BY_HAND, {"mode": DeliveryMode.auto}, Reason.stale, None),
    (OrderAct.begin, MEMBER, BY_HAND, {"shop_disabled": True}, Reason.shop_disabled, None),
    (OrderAct.begin, MEMBER, BY_HAND, {"begun": True}, Reason.begun, None),
    (OrderAct.resume, SHOPPER, HELD, {"held": False}, Reason.no_hold, None),
    (OrderAct.resume, SHOPPER, HELD, {"hold_until": None}, Reason.no_hold, None),
    (OrderAct.resume, SHOPPER, HELD, {"frozen": True}, Reason.no_hold, None),
    (OrderAct.resume, JOB, HELD, {"frozen": True}, Reason.no_hold, None),
    (OrderAct.resume, JOB, HELD, {"hold_until": NOW + SECOND}, Reason.too_early, NOW + SECOND),
    (OrderAct.check, SHOPPER, AWAITING, {"checked": True}, Reason.checked_lately, None),
]


@pytest.mark.parametrize(("act", "who", "facts", "change", "reason", "opens_at"), REFUSED)
def test_one_row_refuses_and_says_why_and_until_when(
    act: OrderAct, who: Standing, facts: OrderFacts, change: dict[str, Any], reason: Reason, opens_at: datetime | None
) -> None:
    assert may(act, who, facts, NOW).is_open
    turn = may(act, who, replace(facts, **change), NOW)
    assert (turn.reason, turn.offer, turn.opens_at) == (reason, Offer.order, opens_at)
    assert turn.wait(NOW) == (opens_at - NOW if opens_at else None)


def test_every_row_of_the_table_is_reached() -> None:
    reached = {
        next(row for row in TABLE if act in row.acts and row.fits(replace(facts, **change), who, NOW))
        for act, who, facts, change, _, _ in REFUSED
    }
    assert reached == set(TABLE)


# Of two reasons the first one told: what a person must know first.
@pytest.mark.parametrize(
    ("act", "who", "facts", "reason"),
    [
        (OrderAct.pay, SHOPPER, replace(AWAITING, shop_disabled=True, paying=True), Reason.stale),
        (OrderAct.pay, SHOPPER, replace(UNPAID, shop_disabled=True, paying=True), Reason.shop_disabled),
        (OrderAct.deliver, MEMBER, replace(BY_HAND, held=True, status=OrderStatus.delivered), Reason.held),
        (OrderAct.deliver, MEMBER, replace(AWAITING, shop_disabled=True), Reason.stale),
        (OrderAct.complete, JOB, replace(SEALED, delivered_at=NOW, held=True), Reason.too_early),
    ],
)
def test_of_two_reasons_it_tells_the_first(act: OrderAct, who: Standing, facts: OrderFacts, reason: Reason) -> None:
    assert may(act, who, facts, NOW).reason is reason


@pytest.mark.parametrize("who", [ADMIN, MERCHANT, MEMBER, SHOPPER, JOB])
@pytest.mark.parametrize("act", OrderAct)
def test_it_is_for_those_who_are_named(act: OrderAct, who: Standing) -> None:
    named = {(one, somebody) for one, somebody, _ in OPEN}
    turn = may(act, who, UNPAID, NOW)
    assert (turn.reason is Reason.not_allowed) == ((act, who) not in named)
    assert turn.reason is not Reason.not_allowed or turn.offer is Offer.orders


@given(
    act=st.sampled_from(OrderAct),
    who=st.sampled_from([SHOPPER, MERCHANT, MEMBER, ADMIN, JOB]),
    facts=st.builds(
        OrderFacts,
        st.sampled_from(OrderStatus),
        st.sampled_from(DeliveryMode),
        st.sampled_from([NOW - DAY, NOW, NOW + HOUR]),
        hold_until=st.sampled_from([None, NOW, NOW + HOUR]),
        deliver_at=st.sampled_from([None, NOW, NOW + HOUR]),
        delivered_at=st.sampled_from([None, NOW, NOW - 15 * DAY]),
    ),
)
def test_every_facts_have_an_answer_and_a_refusal_leads_somewhere(
    act: OrderAct, who: Standing, facts: OrderFacts
) -> None:
    turn = may(act, who, facts, NOW)
    assert (turn.reason is None) == (turn.offer is None) == turn.is_open
    assert turn.opens_at is None or turn.opens_at > NOW or turn.reason is Reason.too_many_tries


def test_a_refusal_is_raised_with_the_state_found_and_an_open_turn_never() -> None:
    refused = may(OrderAct.pay, SHOPPER, SEALED, NOW).refusal("delivered", at=NOW)
    assert (refused.reason, refused.offer, refused.status, refused.at) == (Reason.stale, Offer.order, "delivered", NOW)
    with pytest.raises(ValueError, match="pay is open"):
        may(OrderAct.pay, SHOPPER, UNPAID, NOW).refusal()


def test_an_actor_stands_in_a_role() -> None:
    assert standing(Actor(7, Role.merchant, 3)) == replace(MERCHANT, permissions=EVERY)
    assert standing(Actor(7, Role.shopper)) == SHOPPER
    assert isinstance(TABLE[0], Row)


def test_codes_are_the_shoppers_once_delivered_and_not_taken_back() -> None:
    having = {status for status in OrderStatus if replace(UNPAID, status=status).has_codes}
    assert having == {OrderStatus.delivered, OrderStatus.completed}


def test_what_was_bought_comes_first_where_nothing_is_awaited() -> None:
    assert {panel for panel in Panel if panel.is_calm} == {
        *(Panel.sealed, Panel.partly_used, Panel.used, Panel.recalled, Panel.receipt, Panel.completed)
    }
