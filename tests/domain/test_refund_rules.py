"""May a refund go elsewhere or be sent once more, may the shop be paid: every row, by facts only it refuses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cardmall.domain.refunding import NEVER_REDIRECTED, Hindrance
from cardmall.domain.rules import refunds, settlement
from cardmall.domain.rules.refunds import RefundAct, RefundFacts
from cardmall.domain.rules.settlement import SettlementAct, SettlementFacts
from cardmall.domain.rules.turn import ADMIN, JOB, SHOPPER, Standing
from cardmall.domain.terms import CaseStatus, Offer, OrderStatus, Reason, RefundStatus, Role
from tests.domain.facts import DAY, DELIVERED, NOW, SECOND, USED, WEEK, like

MERCHANT = Standing(Role.merchant)
GIVEN_UP = RefundFacts(RefundStatus.needs_attention, Hindrance.account_closed, sent=True, failed=True, paid_before=True)
BOUNCED = RefundFacts(RefundStatus.bounced, sent=True)
UNSAID = RefundFacts(RefundStatus.needs_attention)  # given up before the reasons were kept


@pytest.mark.parametrize(
    ("act", "who", "facts"),
    [
        (RefundAct.redirect, SHOPPER, GIVEN_UP),
        (RefundAct.redirect, SHOPPER, BOUNCED),
        (RefundAct.ask_account, ADMIN, GIVEN_UP),
        (RefundAct.ask_account, ADMIN, BOUNCED),
        (RefundAct.ask_account, ADMIN, UNSAID),
        (RefundAct.resend, ADMIN, GIVEN_UP),
        (RefundAct.resend, ADMIN, UNSAID),
        (RefundAct.end, ADMIN, GIVEN_UP),
        (RefundAct.end, ADMIN, replace(BOUNCED, paid_before=True)),
        (RefundAct.end, ADMIN, replace(UNSAID, paid_before=True)),
    ],
)
def test_a_refund_that_needs_a_person_is_open_to_one(act: RefundAct, who: Standing, facts: RefundFacts) -> None:
    turn = refunds.may(act, who, facts, NOW)
    assert turn.is_open and (turn.reason, turn.offer) == (None, None)


REFUSED: list[tuple[RefundAct, Standing, dict[str, Any], Reason, Offer]] = [
    (RefundAct.redirect, SHOPPER, {"status": RefundStatus.redirected}, Reason.stale, Offer.support),
    (RefundAct.redirect, SHOPPER, {"failed": False}, Reason.not_redirectable, Offer.support),
    (RefundAct.redirect, SHOPPER, {"hindrance": None}, Reason.not_redirectable, Offer.support),
    (RefundAct.ask_account, ADMIN, {"status": RefundStatus.sent}, Reason.stale, Offer.order),
    *(
        (RefundAct.ask_account, ADMIN, {"hindrance": one}, Reason.not_redirectable, Offer.support)
        for one in sorted(NEVER_REDIRECTED)
    ),
    (RefundAct.resend, ADMIN, {"burnt": True}, Reason.number_burnt, Offer.support),
    (RefundAct.resend, ADMIN, {"status": RefundStatus.bounced}, Reason.number_burnt, Offer.support),
    (RefundAct.end, ADMIN, {"paid_before": False}, Reason.stale, Offer.support),
    (RefundAct.end, ADMIN, {"failed": False}, Reason.stale, Offer.support),
    (RefundAct.end, ADMIN, {"status": RefundStatus.succeeded}, Reason.stale, Offer.support),
]


@pytest.mark.parametrize(("act", "who", "change", "reason", "offer"), REFUSED)
def test_one_row_refuses_what_would_move_its_money_twice(
    act: RefundAct, who: Standing, change: dict[str, Any], reason: Reason, offer: Offer
) -> None:
    assert refunds.may(act, who, GIVEN_UP, NOW).is_open
    turn = refunds.may(act, who, replace(GIVEN_UP, **change), NOW)
    assert (turn.reason, turn.offer) == (reason, offer)


def test_every_row_about_refunds_is_reached() -> None:
    reached = {
        next(row for row in refunds.TABLE if act in row.acts and row.fits(replace(GIVEN_UP, **change), who, NOW))
        for act, who, change, _, _ in REFUSED
    }
    assert reached == set(refunds.TABLE)


@pytest.mark.parametrize("act", RefundAct)
@pytest.mark.parametrize("who", [SHOPPER, MERCHANT, ADMIN, JOB])
def test_the_shopper_names_the_account_and_the_admin_the_rest(act: RefundAct, who: Standing) -> None:
    theirs = SHOPPER if act is RefundAct.redirect else ADMIN
    assert refunds.may(act, who, GIVEN_UP, NOW).is_open == (who == theirs)
    assert who == theirs or refunds.may(act, who, GIVEN_UP, NOW).reason is Reason.not_allowed


COMPLETED = SettlementFacts(like(USED, status=OrderStatus.completed, revealed=(NOW - WEEK - SECOND,)))
SETTLE = SettlementAct.settle


def test_the_shop_is_paid_once_nobody_may_ask_any_more() -> None:
    assert settlement.may(SETTLE, JOB, COMPLETED, NOW).is_open
    over = SettlementFacts(like(DELIVERED, status=OrderStatus.canceled))
    assert settlement.may(SETTLE, JOB, over, NOW).is_open


SETTLED_LATER: list[tuple[dict[str, Any], dict[str, Any], Reason, Offer]] = [
    ({"status": OrderStatus.delivered}, {}, Reason.stale, Offer.order),
    ({"shop_disabled": True}, {}, Reason.shop_disabled, Offer.order),
    ({"last_case": CaseStatus.review}, {}, Reason.case_open, Offer.case),
    ({}, {"frozen": True}, Reason.transfer_open, Offer.transfer),
    ({}, {"owed": True}, Reason.refund_open, Offer.order),
    ({"revealed": (NOW - WEEK,)}, {}, Reason.too_early, Offer.order),
    (
        {"cards": DELIVERED.cards, "sealed_at": (NOW - DAY,), "delivered_at": NOW - timedelta(days=7)},
        {},
        Reason.too_early,
        Offer.order,
    ),
]


@pytest.mark.parametrize(("order", "change", "reason", "offer"), SETTLED_LATER)
def test_one_row_keeps_the_money(order: dict[str, Any], change: dict[str, Any], reason: Reason, offer: Offer) -> None:
    facts = replace(COMPLETED, order=like(COMPLETED.order, **order), **change)
    turn = settlement.may(SETTLE, JOB, facts, NOW)
    assert (turn.reason, turn.offer) == (reason, offer)


@pytest.mark.parametrize("who", [SHOPPER, MERCHANT, ADMIN])
def test_no_person_settles(who: Standing) -> None:
    assert settlement.may(SETTLE, who, COMPLETED, NOW).reason is Reason.not_allowed


@pytest.mark.parametrize("hindrance", [None, *Hindrance])
def test_its_money_is_surely_not_with_the_shopper_when_it_never_left_or_came_to_nothing(
    hindrance: Hindrance | None,
) -> None:
    sent = RefundFacts(RefundStatus.failed, hindrance, sent=True)
    assert not sent.is_unpaid
    assert all(replace(sent, **proof).is_unpaid for proof in ({"sent": False}, {"failed": True}, {"burnt": True}))
