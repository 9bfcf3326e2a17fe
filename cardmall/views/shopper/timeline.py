"""What happened to an order, told to one of its parties; and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.terms import Actor, OrderStatus, RefundStatus, Role
from cardmall.domain.verbs import Verb
from cardmall.models import Case, Event, Order, Refund

HIDDEN = frozenset(
    {
        Verb.looked,
        Verb.searched,
        Verb.unmasked,
        Verb.cards_reserved,
        Verb.cards_released,
        Verb.cards_allocated,
        Verb.cards_sealed,
        Verb.cards_voided,
        Verb.cards_withdrawn,
        Verb.batch_handed_in,
        Verb.batch_checked,
        Verb.batch_failed,
        Verb.batch_confirmed,
        Verb.batch_stocked,
        Verb.batch_dropped,
        Verb.batch_withdrawn,
        Verb.stock_line_set,
        Verb.codes_taken,
        Verb.recall_pressed,
        Verb.recall_retried,
        Verb.recall_failed,
        Verb.cards_recalled,
        Verb.card_shown,
        Verb.awaiting_delivery,
        Verb.payment_refused,
        Verb.payment_closed,
        Verb.message_sent,
        Verb.workday_set,
        Verb.case_taken,
        Verb.case_left,
        Verb.order_checked,
        Verb.job_run_again,
        Verb.shop_created,
        Verb.shop_renamed,
        Verb.owner_appointed,
        Verb.away,
        Verb.away_ended,
        Verb.product_created,
        Verb.product_saved,
        Verb.product_listed,
        Verb.product_unlisted,
        Verb.product_archived,
        Verb.product_restored,
        Verb.product_deleted,
        Verb.rule_set,
        Verb.rule_ended,
    }
)


@dataclass(frozen=True)
class TimelineEntry:
    """One line: the verb's sentence of the catalog, who, when, and what it speaks of. `amount` in fen, 0 = none."""

    verb: str
    at: datetime
    role: str
    note: str
    amount: int
    word: str  # a reason, kind or channel to be named
    id: int = 0  # of the event, as facts name it
    rule: int = 0  # the version of the product's rule that did it, 0: none


@dataclass(frozen=True)
class ProgressStep:
    """One point of the progress line; `state` is done, now or todo."""

    code: str
    state: str
    at: datetime | None = None


def told_events(session: Session, order: Order, viewer: Actor) -> Sequence[Event]:
    """What the viewer may be told of the order, oldest first."""
    wanted = select(Event).where(Event.order_id == order.id, col(Event.verb).not_in(_hidden_from(viewer)))
    return session.exec(wanted.order_by(col(Event.id))).all()


def timeline(events: Sequence[Event], viewer: Actor) -> list[TimelineEntry]:
    """Newest first, of events oldest first; inner bookkeeping is left to the audit."""
    hidden = _hidden_from(viewer)
    return [_entry(e) for e in reversed(events) if e.verb not in hidden]


def _hidden_from(viewer: Actor) -> frozenset[Verb]:
    return HIDDEN | {Verb.support_asked, Verb.support_answered} if viewer.role is Role.merchant else HIDDEN


def _entry(event: Event) -> TimelineEntry:
    data = event.data
    word = next((str(data[k]) for k in ("reason", "channel") if data.get(k)), "")
    amount = int(data.get("amount", 0))
    rule = int(data.get("rule", 0)) if event.verb is Verb.case_approved else 0
    return TimelineEntry(event.verb.value, event.at, event.role.value, event.note, amount, word, event.id or 0, rule)


def progress(order: Order, case: Case | None, refund: Refund | None) -> list[ProgressStep]:
    """The way of the order: to completion, or to its end and the money back."""
    if order.status in (OrderStatus.canceled, OrderStatus.expired):
        return _ended(order, case, refund)
    points = [
        ("ordered", order.created_at),
        ("paid", order.paid_at),
        ("awaiting_delivery", None),
        ("delivered", order.delivered_at),
        ("completed", order.completed_at),
    ]
    reached = _REACHED[order.status]
    return [ProgressStep(code, _state(n, reached), at) for n, (code, at) in enumerate(points)]


_REACHED = {
    OrderStatus.pending_payment: 1,
    OrderStatus.awaiting_delivery: 2,
    OrderStatus.delivered: 4,
    OrderStatus.completed: 5,
}


def _state(n: int, reached: int) -> str:
    return "done" if n < reached else "now" if n == reached else "todo"


def _ended(order: Order, case: Case | None, refund: Refund | None) -> list[ProgressStep]:
    steps = [ProgressStep("ordered", "done", order.created_at)]
    if order.paid_at:
        steps.append(ProgressStep("paid", "done", order.paid_at))
    if order.paid_at and case:
        steps.append(ProgressStep("asked", "done", case.opened_at))
    steps.append(ProgressStep(order.status.value, "done", order.closed_at))
    if refund:
        arrived = refund.status is RefundStatus.succeeded
        arrived_at = refund.succeeded_at if arrived else None
        steps += [
            ProgressStep("refund_sent", "done" if refund.sent_at else "now", refund.sent_at),
            ProgressStep("refunded", "done" if arrived else "now" if refund.sent_at else "todo", arrived_at),
        ]
    return steps
