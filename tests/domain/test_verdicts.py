"""What the record suggests to Carol, row by row, and which column of the grid a ruling follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cardmall.domain.rules.cases import RULINGS
from cardmall.domain.terms import CardStatus, CaseKind, RejectReason
from cardmall.domain.verdicts import TABLE, Record, Rule, Situation, situation, suggest

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CANCEL, RETURN, FAULT = CaseKind.cancel, CaseKind.return_, CaseKind.fault
DELIVERED = RejectReason.already_delivered
BEFORE, AFTER = {"delivered_at": NOW - HOUR}, {"delivered_at": NOW + HOUR}
USED: dict[str, Any] = {**BEFORE, "revealed": 1}
S, M, NONE = "rule_shopper", "rule_merchant", ""

ROWS: list[tuple[CaseKind, dict[str, Any], str, str]] = [
    # kind, what is known, ruling, rule
    (CANCEL, {"lapsed": True}, S, "merchant_silent"),
    (RETURN, {"lapsed": True, **BEFORE}, S, "merchant_silent"),
    (CANCEL, {"lapsed": True, **USED}, M, "delivered_used"),
    (CANCEL, {"reject_reason": DELIVERED}, S, "never_delivered"),
    (CANCEL, {"reject_reason": DELIVERED, **AFTER}, S, "never_delivered"),
    (CANCEL, {"reject_reason": DELIVERED, **BEFORE}, NONE, "open"),
    (CANCEL, {"reject_reason": DELIVERED, "delivered_at": NOW}, NONE, "open"),
    (CANCEL, {"reject_reason": DELIVERED, **USED}, M, "delivered_used"),
    (CANCEL, {"reject_reason": DELIVERED, **USED, "late": True}, M, "delivered_used"),
    (CANCEL, {"reject_reason": RejectReason.other}, NONE, "open"),
    (CANCEL, {"reject_reason": RejectReason.other, "late": True}, S, "promise_broken"),
    (RETURN, {**BEFORE, "late": True}, NONE, "open"),
    (RETURN, {**BEFORE, "reject_reason": RejectReason.product_final}, S, "return_promised"),
    (RETURN, {**BEFORE, "reject_reason": RejectReason.product_final, "return_allowed": False}, NONE, "open"),
    (RETURN, {**BEFORE, "reject_reason": RejectReason.evidence_insufficient}, NONE, "open"),
    (FAULT, {**USED, "hearing": True}, NONE, "open"),
    (FAULT, USED, S, "fault_unanswered"),
    (FAULT, {**USED, "heard": True}, NONE, "open"),
    (FAULT, {**USED, "heard": True, "merchant_proof": True}, M, "fault_unproven"),
    (FAULT, {**USED, "heard": True, "merchant_proof": True, "shopper_proof": True}, NONE, "open"),
    (FAULT, {**BEFORE, "return_allowed": False}, NONE, "open"),  # sealed, and not to be given back
]


@pytest.mark.parametrize(("kind", "known", "ruling", "rule"), ROWS)
def test_the_record_suggests(kind: CaseKind, known: dict[str, Any], ruling: str, rule: str) -> None:
    found = suggest(replace(Record(kind, NOW), **known))
    assert (found.ruling or "", found.rule) == (ruling, rule)


def test_every_rule_is_told_by_a_row_and_suggests_a_ruling_an_admin_knows() -> None:
    assert {rule for *_, rule in ROWS} == set(Rule) == {rule for *_, rule in TABLE}
    assert {ruling for _, ruling, _ in TABLE} <= {None, *RULINGS}


@pytest.mark.parametrize(
    ("delivered", "cards", "column"),
    [
        (False, [CardStatus.allocated], Situation.undelivered),
        (True, [CardStatus.sealed] * 2, Situation.sealed),
        (True, [CardStatus.revealed, CardStatus.redeemed], Situation.revealed),
        (True, [CardStatus.sealed, CardStatus.revealed], Situation.mixed),
        (True, [], Situation.sealed),
    ],
)
def test_the_column_of_the_grid(delivered: bool, cards: list[CardStatus], column: Situation) -> None:
    assert situation(delivered=delivered, cards=cards) is column
