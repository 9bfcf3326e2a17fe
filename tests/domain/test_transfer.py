"""转让: when an order may be passed on, and who may do what with an offer (R53)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.refunds import Policy
from cardmall.domain.rules.transfers import (
    ENDS,
    OfferFacts,
    TransferAction,
    TransferEnd,
    TransferFacts,
    TransferSide,
    may_answer,
    may_transfer,
    open_actions,
)
from cardmall.domain.rules.turn import Standing, Turn
from cardmall.domain.terms import (
    OPEN_TRANSFER,
    CardStatus,
    CaseStatus,
    Offer,
    OrderStatus,
    Reason,
    Role,
    TransferStatus,
)
from tests.domain import facts
from tests.domain.facts import NOW, like

AWAITING = TransferFacts(facts.AWAITING)
SEALED = TransferFacts(facts.DELIVERED)
BY_HAND = TransferFacts(like(facts.AWAITING, cards=()))


def told(found: TransferFacts, **order: Any) -> tuple[Reason, Offer]:
    decision = may_transfer(replace(found, order=like(found.order, **order)), NOW)
    assert not decision.is_open
    return decision.reason, decision.offer


@pytest.mark.parametrize("found", [AWAITING, SEALED, BY_HAND])
def test_undelivered_or_sealed_it_may_be_passed_on(found: TransferFacts) -> None:
    decision = may_transfer(found, NOW)
    assert (decision.is_open, decision.reason, decision.offer) == (True, Reason.transferable, Offer.transfer)


@pytest.mark.parametrize("status", [OrderStatus.canceled, OrderStatus.expired])
def test_not_when_it_is_over(status: OrderStatus) -> None:
    assert told(AWAITING, status=status) == (Reason.already_closed, Offer.orders)


def test_not_before_it_is_paid() -> None:
    assert told(AWAITING, status=OrderStatus.pending_payment) == (Reason.not_paid, Offer.cancel_now)


@pytest.mark.parametrize("card", [CardStatus.revealed, CardStatus.redeemed, CardStatus.voided])
def test_not_once_one_card_was_looked_at_or_taken_back(card: CardStatus) -> None:
    reason, offer = told(SEALED, cards=(CardStatus.sealed, card))
    assert (reason, offer) == (Reason.used, Offer.return_)


def test_not_while_a_case_is_open() -> None:
    assert told(AWAITING, last_case=CaseStatus.review) == (Reason.case_open, Offer.case)
    assert told(AWAITING, recalled=(CardStatus.allocated,)) == (Reason.recalled, Offer.request)


def test_not_after_the_shopper_said_all_is_well() -> None:
    assert told(SEALED, status=OrderStatus.completed) == (Reason.completed, Offer.return_)


def test_not_from_a_disabled_shop() -> None:
    assert told(AWAITING, shop_disabled=True) == (Reason.shop_disabled, Offer.cancel_now)


def test_not_while_there_is_nothing_to_deliver() -> None:
    assert may_transfer(replace(AWAITING, lacking=True), NOW).reason is Reason.out_of_stock


def test_one_offer_at_a_time_and_three_in_all() -> None:
    assert may_transfer(replace(AWAITING, is_open=True, made=1), NOW).reason is Reason.transfer_open
    assert may_transfer(replace(AWAITING, made=limits.TRANSFERS - 1), NOW).is_open
    assert may_transfer(replace(AWAITING, made=limits.TRANSFERS), NOW).reason is Reason.transfers_used


def test_not_when_a_part_was_refunded() -> None:
    assert may_transfer(replace(AWAITING, refunded=True), NOW).reason is Reason.partly_refunded


def test_where_no_way_is_open_support_is() -> None:
    """Completed, sealed, and a product that is not taken back after its window: nothing but support."""
    old = NOW - timedelta(days=30)
    order: dict[str, Any] = {"status": OrderStatus.completed, "delivered_at": old, "policy": Policy(window_days=7)}
    assert told(SEALED, **order) == (Reason.completed, Offer.support)


SENT = OfferFacts(TransferStatus.offered, NOW + limits.TRANSFER_WITHIN)
ROLE = {TransferSide.merchant: Role.merchant, TransferSide.admin: Role.admin}
SIDES, ACTIONS = st.sampled_from(TransferSide), st.sampled_from(TransferAction)


def buttons(side: TransferSide, found: OfferFacts, now: datetime) -> tuple[TransferAction, ...]:
    return open_actions(Standing(ROLE.get(side, Role.shopper)), replace(found, side=side), now)


def answer(action: TransferAction, side: TransferSide, found: OfferFacts, now: datetime) -> Turn[TransferAction]:
    return may_answer(action, Standing(ROLE.get(side, Role.shopper)), replace(found, side=side), now)


def test_a_shop_takes_no_order_of_its_own_and_a_disabled_one_agrees_to_nothing() -> None:
    own, closed = replace(SENT, own_shop=True), replace(SENT, shop_disabled=True)
    for side in (TransferSide.receiver, TransferSide.merchant):
        assert answer(TransferAction.agree, side, own, NOW).reason is Reason.not_allowed
        assert answer(TransferAction.agree, side, closed, NOW).reason is Reason.shop_disabled
        assert buttons(side, own, NOW) == buttons(side, closed, NOW) == (TransferAction.decline,)


def test_each_side_has_its_own_buttons() -> None:
    assert buttons(TransferSide.shopper, SENT, NOW) == (TransferAction.withdraw,)
    assert buttons(TransferSide.receiver, SENT, NOW) == (TransferAction.agree, TransferAction.decline)
    assert buttons(TransferSide.merchant, SENT, NOW) == (TransferAction.agree, TransferAction.decline)
    assert buttons(TransferSide.admin, SENT, NOW) == ()


def test_who_agreed_does_not_agree_again_and_only_the_receiver_may_step_back() -> None:
    both = replace(SENT, agreed=frozenset({TransferSide.receiver, TransferSide.merchant}))
    assert buttons(TransferSide.receiver, both, NOW) == (TransferAction.decline,)
    assert buttons(TransferSide.merchant, both, NOW) == ()
    assert answer(TransferAction.agree, TransferSide.merchant, both, NOW).reason is Reason.agreed_before


def test_accepted_it_waits_for_the_money_however_late_it_is() -> None:
    waiting = replace(SENT, status=TransferStatus.accepted)
    late = NOW + 2 * limits.TRANSFER_WITHIN
    assert buttons(TransferSide.receiver, waiting, late) == (TransferAction.decline,)
    assert buttons(TransferSide.shopper, waiting, late) == (TransferAction.withdraw,)
    assert buttons(TransferSide.merchant, waiting, late) == ()


def test_a_yes_in_the_second_the_deadline_ends_is_in_time() -> None:
    end = SENT.deadline
    late = end + limits.DEADLINE_SECOND
    assert answer(TransferAction.agree, TransferSide.receiver, SENT, end + timedelta(milliseconds=999)).is_open
    assert answer(TransferAction.agree, TransferSide.receiver, SENT, late).reason is Reason.stale


@given(action=ACTIONS, side=SIDES, status=st.sampled_from(TransferStatus))
def test_what_is_over_is_over(action: TransferAction, side: TransferSide, status: TransferStatus) -> None:
    turn = answer(action, side, replace(SENT, status=status), NOW)
    assert not turn.is_open or status in OPEN_TRANSFER


def test_a_side_without_this_answer_is_not_allowed() -> None:
    assert answer(TransferAction.withdraw, TransferSide.receiver, SENT, NOW).reason is Reason.not_allowed


def test_every_end_has_its_move() -> None:
    assert set(ENDS) == set(TransferEnd)
    assert set(ENDS.values()) == {"decline", "withdraw", "expire"}
