"""The rules in force told as rows, for the public guide: read from the tables that decide, never written twice (R5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from cardmall.domain import limits
from cardmall.domain.refunds import Policy
from cardmall.domain.rules.cases import CaseAction, CaseFacts, awaited, reject_reasons, turns
from cardmall.domain.rules.turn import Standing
from cardmall.domain.rules.ways import TABLE, Decision, Facts, ways
from cardmall.domain.terms import (
    CardStatus,
    CaseKind,
    CaseStatus,
    OrderStatus,
    Outcome,
    Reason,
    RejectReason,
    Role,
    Way,
)


@dataclass(frozen=True)
class GuideRow:
    """One row of a way: the first that fits wins. `anchor` is its place on the page."""

    way: Way
    outcome: Outcome
    reason: Reason

    @property
    def anchor(self) -> str:
        return f"{self.way.value}-{self.reason.value}"


def rows(way: Way) -> tuple[GuideRow, ...]:
    """The rows of a way in their order; neighbours with one outcome and reason are one row."""
    told = (GuideRow(way, outcome, reason) for _, outcome, reason in TABLE[way])
    return tuple(row for row, _ in groupby(told))


@dataclass(frozen=True)
class GuideStep:
    """A state of a case: who must act, and what each side may do."""

    status: CaseStatus
    awaited: Role | None
    shopper: tuple[CaseAction, ...]
    merchant: tuple[CaseAction, ...]


# A state nothing leads to yet is not told.
STEPS = (
    CaseStatus.review,
    CaseStatus.info_requested,
    CaseStatus.offered,
    CaseStatus.overdue,
    CaseStatus.asked,
    CaseStatus.appeal,
)


def guide_steps() -> Iterator[GuideStep]:
    """What can happen after a request, with nothing used up."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for status in STEPS:
        offered = status in (CaseStatus.offered, CaseStatus.asked)
        case = CaseFacts(status, start, offered=offered, heard_until=start + limits.ANSWER_WITHIN)
        acts = (_open(role, case, start) for role in (Role.shopper, Role.merchant))
        yield GuideStep(status, awaited(status), *acts)


def _open(role: Role, case: CaseFacts, now: datetime) -> tuple[CaseAction, ...]:
    return tuple(turn.action for turn in turns(Standing(role), case, now) if turn.is_open)


def rejections() -> dict[CaseKind, tuple[RejectReason, ...]]:
    """The reasons a merchant may reject with, per kind of request."""
    return {kind: reject_reasons(kind, delivered=True) for kind in (CaseKind.cancel, CaseKind.return_)}


PRICE = 9900  # fen, of the order of the examples


@dataclass(frozen=True)
class Example:
    """A moment in the life of one order, and the four ways as its page shows them then."""

    name: str
    status: OrderStatus
    decisions: tuple[Decision, ...]


def examples(now: datetime) -> tuple[Example, ...]:
    """Unpaid, paid, delivered and sealed, looked at; decided like any order, at this moment."""
    return tuple(Example(name, facts.status, ways(facts, now)) for name, facts in _orders(now))


def _orders(now: datetime) -> Iterator[tuple[str, Facts]]:
    def order(status: OrderStatus, card: CardStatus, delivered: datetime | None, looked: datetime | None) -> Facts:
        return Facts(status, 1, PRICE, Policy(), (card,), delivered, (looked,) if looked else ())

    hour = now - timedelta(hours=1)
    yield "unpaid", order(OrderStatus.pending_payment, CardStatus.reserved, None, None)
    yield "undelivered", order(OrderStatus.awaiting_delivery, CardStatus.allocated, None, None)
    yield "sealed", order(OrderStatus.delivered, CardStatus.sealed, hour, None)
    yield "used", order(OrderStatus.delivered, CardStatus.revealed, hour, hour)


_HOUR, _DAY, _MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
# What the words of the guide may name: every number of limits they need, in the unit people think in.
NUMBERS: dict[str, str] = {
    name: str(value)
    for name, value in {
        "pay_minutes": limits.PAY_WITHIN // _MINUTE,
        "review_workdays": limits.REVIEW_WORKDAYS,
        "grace_workdays": limits.GRACE_WORKDAYS,
        "ruling_workdays": limits.RULING_WORKDAYS,
        "partial_workdays": limits.PARTIAL_WORKDAYS,
        "answer_hours": limits.ANSWER_WITHIN // _HOUR,
        "hold_hours": limits.HOLD_AFTER_REJECTION // _HOUR,
        "resume_seconds": limits.RESUME_AFTER // timedelta(seconds=1),
        "return_days": limits.RETURN_WINDOW // _DAY,
        "fault_days": limits.FAULT_WINDOW // _DAY,
        "receipt_days": limits.RECEIPT_WINDOW // _DAY,
        "appeal_days": limits.APPEAL_WINDOW // _DAY,
        "used_days": limits.COMPLETE_ALL_REVEALED // _DAY,
        "unused_days": limits.COMPLETE_OTHERWISE // _DAY,
        "settle_days": limits.SETTLE_AFTER // _DAY,
        "transfer_hours": limits.TRANSFER_WITHIN // _HOUR,
        "transfers": limits.TRANSFERS,
        "requests": limits.REQUESTS,
        "asks": limits.ASKS,
        "offers": limits.OFFERS,
        "reminds": limits.REMINDS,
        "remind_hours": limits.REMIND_EVERY // _HOUR,
        "near_first": limits.REMIND_BEFORE[0] // _HOUR,
        "near_last": limits.REMIND_BEFORE[1] // _HOUR,
        "pictures": limits.PICTURES,
        "picture_mb": limits.PICTURE_BYTES // 1024**2,
        "fee_percent": limits.FEE_PERMILLE[-1] // 10,
        "arrival_first": limits.ARRIVAL_WORKDAYS[0],
        "arrival_last": limits.ARRIVAL_WORKDAYS[1],
        "refund_tries": limits.REFUND_TRIES,
    }.items()
}
# The deadlines and bounds the rules page lists, in its order: each a sentence of the catalog.
TERMS = (
    *("pay", "review", "holidays", "reminders", "remind", "asks", "offers", "overdue", "hold", "requests"),
    *("return", "fault", "receipt", "appeal", "transfer", "complete", "settle", "fee", "evidence", "away"),
    "approval",
)
OUTCOMES = ("undelivered", "sealed", "revealed")  # the columns of the grid: what a case finds
