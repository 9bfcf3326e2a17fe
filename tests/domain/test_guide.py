"""The guide tells the rules that decide: the rows of the table, the acts of a case, the numbers of limits."""

from datetime import UTC, datetime

import pytest

from cardmall.domain import guide, limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.guide import NUMBERS, GuideRow, examples, guide_steps, rejections, rows
from cardmall.domain.rules.cases import awaited, reject_reasons
from cardmall.domain.rules.ways import TABLE, answered_by, decide
from cardmall.domain.terms import OPEN_CASE, CaseKind, CaseStatus, Way

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("way", Way)
def test_the_rows_of_the_page_are_the_rows_of_the_table_in_their_order(way: Way) -> None:
    told: list[GuideRow] = []
    for _, outcome, reason in TABLE[way]:
        if not told or told[-1] != GuideRow(way, outcome, reason):
            told.append(GuideRow(way, outcome, reason))
    assert list(rows(way)) == told
    assert {(row.outcome, row.reason) for row in told} == {(outcome, reason) for _, outcome, reason in TABLE[way]}


def test_every_row_has_an_address_of_its_own() -> None:
    anchors = [row.anchor for way in Way for row in rows(way)]
    assert len(set(anchors)) == len(anchors) == 33
    assert "request-delivered" in anchors


def test_each_step_names_whom_it_waits_for_and_what_both_may_do() -> None:
    told = {step.status.value: step for step in guide_steps()}
    assert set(told) == {status.value for status in OPEN_CASE}
    assert all(step.awaited is awaited(step.status) for step in told.values())
    acts = {name: (list(map(str, step.shopper)), list(map(str, step.merchant))) for name, step in told.items()}
    assert acts == {
        "review": (["withdraw", "remind"], ["approve", "reject", "ask", "offer"]),
        "info_requested": (["withdraw", "answer"], ["approve"]),
        "offered": (["withdraw", "accept", "decline"], ["approve"]),
        "overdue": (["withdraw", "remind"], ["approve"]),
        "asked": ([], ["accept", "decline"]),
        "appeal": (["withdraw", "respond"], ["offer", "concede", "respond"]),
    }
    assert told["review"].status is CaseStatus.review


def test_every_reason_to_reject_is_a_standard() -> None:
    told = {(kind, reason) for kind, reasons in rejections().items() for reason in reasons}
    kinds = (CaseKind.cancel, CaseKind.return_)
    assert told == {
        (k, r) for k in kinds for delivered in (True, False) for r in reject_reasons(k, delivered=delivered)
    }


def test_the_examples_are_decided_like_any_order() -> None:
    found = {e.name: e for e in examples(NOW)}
    best = {name: [d.way.value for d in e.decisions if d.is_open] for name, e in found.items()}
    assert best == {
        "unpaid": ["cancel_now"],
        "undelivered": ["request"],
        "sealed": ["return"],
        "used": ["appeal"],
    }
    assert all(len(e.decisions) == len(Way) for e in found.values())
    (asked,) = [d for d in found["undelivered"].decisions if d.is_open]
    assert answered_by(asked, WorkCalendar(), NOW) == WorkCalendar().due(NOW, limits.REVIEW_WORKDAYS)
    assert asked.preview and asked.preview.amount == guide.PRICE
    assert decide(Way.request, next(f for n, f in guide._orders(NOW) if n == "undelivered"), NOW) == asked


def test_the_numbers_are_those_of_the_trade() -> None:
    assert NUMBERS == {
        "pay_minutes": "15", "review_workdays": "2", "grace_workdays": "1", "ruling_workdays": "3",
        "partial_workdays": "1",
        "answer_hours": "48",
        "hold_hours": "24", "resume_seconds": "60", "return_days": "7", "fault_days": "7", "appeal_days": "7",
        "receipt_days": "14",
        "used_days": "7", "unused_days": "14", "settle_days": "7", "requests": "5", "asks": "1", "offers": "2",
        "reminds": "3", "remind_hours": "12", "near_first": "24", "near_last": "2", "pictures": "6", "picture_mb": "5",
        "fee_percent": "5", "arrival_first": "1", "arrival_last": "3", "refund_tries": "8",
        "transfer_hours": "48", "transfers": "3",
    }  # fmt: skip
