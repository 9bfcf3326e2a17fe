"""What is wrong with an order, and who may set it right: one row per trouble."""

from dataclasses import replace

import pytest

from cardmall.domain.refunding import REDIRECTABLE, Hindrance
from cardmall.domain.repairs import (
    RULES,
    SAFE,
    Repair,
    Trouble,
    Truth,
    missing_jobs,
    repair_for,
    repair_of_stuck,
    troubles,
)
from cardmall.domain.terms import (
    Abnormal,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    RefundStatus,
    Role,
    Stage,
    TransferStatus,
)

PAID = OrderStatus.awaiting_delivery
GIVEN = OrderStatus.delivered
CLOSED = OrderStatus.canceled


def waits(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


WELL = [
    Truth(OrderStatus.pending_payment, waiting=waits("expire_order"), reserved=True),
    Truth(PAID, waiting=waits("deliver")),
    Truth(PAID, mode=DeliveryMode.manual),
    Truth(PAID, held=True, case=CaseStatus.review, waiting=waits("case_deadline")),
    Truth(PAID, held=True, hold_ends=True, waiting=waits("end_hold")),
    Truth(PAID, held=True, transfer=TransferStatus.offered, waiting=waits("transfer_deadline")),
    Truth(PAID, held=True, hold_ends=True, transfer=TransferStatus.accepted),
    Truth(PAID, held=True, case=CaseStatus.overdue, grace=True, waiting=waits("end_grace")),
    Truth(PAID, held=True, case=CaseStatus.appeal, grace=True, waiting=waits("ruling_late", "end_grace")),
    Truth(GIVEN, waiting=waits("complete")),
    Truth(GIVEN, held=True, case=CaseStatus.appeal, grace=True, waiting=waits("complete", "ruling_late")),
    Truth(
        GIVEN, held=True, case=CaseStatus.offered, replacing=True, reserved=True,
        waiting=waits("complete", "case_deadline"),
    ),
    Truth(CLOSED, refunds=((RefundStatus.sent, True), (RefundStatus.requested, True))),
    Truth(OrderStatus.completed, unsettled=True, waiting=waits("settle")),
    Truth(OrderStatus.completed, stage=Stage.delivered, right_stage=Stage.delivered),
]  # fmt: skip

ILL = {
    Trouble.dead_job: Truth(PAID, waiting=waits("deliver"), dead=waits("deliver")),
    Trouble.late_job: Truth(PAID, waiting=waits("deliver"), late=waits("deliver")),
    Trouble.no_stock: Truth(PAID, abnormal=Abnormal.no_stock, waiting=waits("deliver")),
    Trouble.no_expiry: Truth(OrderStatus.pending_payment),
    Trouble.no_delivery: Truth(PAID),
    Trouble.no_completion: Truth(GIVEN),
    Trouble.no_settlement: Truth(CLOSED, unsettled=True),
    Trouble.no_deadline: Truth(PAID, held=True, case=CaseStatus.review),
    Trouble.no_transfer_end: Truth(PAID, held=True, transfer=TransferStatus.offered),
    Trouble.idle_hold: Truth(PAID, held=True),
    Trouble.endless_hold: Truth(PAID, held=True, hold_ends=True),
    Trouble.sold_twice: Truth(GIVEN, sold_twice=True, waiting=waits("complete")),
    Trouble.stray_card: Truth(PAID, reserved=True, waiting=waits("deliver")),
    Trouble.unsent_refund: Truth(CLOSED, refunds=((RefundStatus.requested, False),)),
    Trouble.unasked_refund: Truth(CLOSED, refunds=((RefundStatus.processing, False),)),
    Trouble.silent_refund: Truth(CLOSED, refunds=((RefundStatus.sent, True),), silent=True),
    Trouble.unlisted_code: Truth(CLOSED, refunds=((RefundStatus.processing, True),), unlisted=True),
    Trouble.refund_stuck: Truth(CLOSED, refunds=((RefundStatus.needs_attention, False),)),
    Trouble.refund_returned: Truth(CLOSED, returned=True),
    Trouble.refund_twice: Truth(CLOSED, refunds=((RefundStatus.sent, True),), heirs=frozenset({RefundStatus.sent})),
    Trouble.refund_lost: Truth(CLOSED, heirs=frozenset({RefundStatus.succeeded})),
    Trouble.wrong_amount: Truth(
        OrderStatus.pending_payment, abnormal=Abnormal.wrong_amount, waiting=waits("expire_order")
    ),
    Trouble.money_without_owner: Truth(CLOSED, ownerless=True),
    Trouble.wrong_stage: Truth(CLOSED, stage=Stage.delivered, right_stage=Stage.closed),
}


@pytest.mark.parametrize("truth", WELL)
def test_a_healthy_order_has_no_trouble(truth: Truth) -> None:
    assert troubles(truth) == ()


def test_an_order_whose_refund_is_stuck_is_looked_for_cards_all_the_same() -> None:
    short = Truth(PAID, abnormal=Abnormal.refund_stuck, lacks=True, waiting=waits("deliver"))
    assert troubles(short) == (Trouble.no_stock,)
    in_case = replace(short, held=True, case=CaseStatus.review, waiting=waits("deliver", "case_deadline"))
    assert troubles(in_case) == troubles(replace(short, lacks=False)) == ()
    assert troubles(replace(short, abnormal=None)) == (), "its time is still to come"


@pytest.mark.parametrize("trouble", Trouble)
def test_each_trouble_is_seen_alone(trouble: Trouble) -> None:
    assert troubles(ILL[trouble]) == (trouble,)


def test_a_successor_that_needs_a_person_is_one_trouble_not_two() -> None:
    needing = RefundStatus.needs_attention
    assert troubles(Truth(CLOSED, refunds=((needing, False),), heirs=frozenset({needing}))) == (Trouble.refund_stuck,)


def test_every_trouble_has_a_rule() -> None:
    assert {trouble for trouble, _ in RULES} == set(Trouble)


def test_two_troubles_are_two() -> None:
    both = Truth(PAID, held=True, case=CaseStatus.appeal, stage=Stage.to_pay, right_stage=Stage.in_case)
    assert troubles(both) == (Trouble.no_deadline, Trouble.wrong_stage)


def test_what_a_case_lacks_is_named() -> None:
    assert missing_jobs(Truth(PAID, case=CaseStatus.appeal, grace=True)) == {"ruling_late", "end_grace"}
    assert missing_jobs(Truth(GIVEN, case=CaseStatus.appeal, grace=True)) == {"ruling_late"}
    assert missing_jobs(Truth(PAID, case=CaseStatus.overdue)) == {"case_deadline"}
    assert missing_jobs(Truth(PAID)) == frozenset()


@pytest.mark.parametrize("trouble", Trouble)
def test_a_shopper_sets_going_what_is_safe_and_an_admin_a_stuck_refund(trouble: Trouble) -> None:
    nobody = {Trouble.money_without_owner, Trouble.wrong_amount}  # a person looks at it
    person = nobody | {Trouble.refund_stuck, Trouble.refund_returned, Trouble.refund_lost, Trouble.sold_twice}
    assert (repair_for(trouble, Role.shopper) is Repair.support) == (trouble in person)
    assert (repair_for(trouble, Role.admin) is Repair.support) == (trouble in nobody)
    assert trouble in person or repair_for(trouble, Role.shopper) is SAFE[trouble]


@pytest.mark.parametrize("hindrance", [None, *Hindrance])
def test_what_helps_a_stuck_refund_follows_from_what_stands_in_its_way(hindrance: Hindrance | None) -> None:
    once = {Hindrance.balance_low: Repair.top_up, Hindrance.arrived: Repair.end_arrived}
    helps = {**once, Hindrance.refused: Repair.support, **dict.fromkeys(REDIRECTABLE, Repair.ask_account)}
    assert repair_of_stuck(hindrance) is (helps.get(hindrance, Repair.send_refund) if hindrance else Repair.send_refund)
