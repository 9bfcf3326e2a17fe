"""One line of an order list: what it is, where it stands, and the one thing to do now."""

from dataclasses import dataclass
from datetime import datetime

from cardmall.domain.next_steps import appeal_first
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.receipts import ProductForm
from cardmall.domain.refunding import is_expected
from cardmall.domain.rules.cases import awaited
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import SHOPPER
from cardmall.domain.rules.ways import Decision, Facts, best, ways
from cardmall.domain.terms import (
    Abnormal,
    CardStatus,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    RefundStatus,
    Role,
    Stage,
    Way,
)
from cardmall.models import Case, Order, Refund
from cardmall.reads.orders import known_facts
from cardmall.reads.whole import WholeOrder


@dataclass(frozen=True)
class RowLine:
    """A sentence of the catalog (`line.<code>`), with the moment and the word it speaks of.

    `since`/`until` span a countdown: its colour follows the share that is left.
    """

    code: str = ""
    at: datetime | None = None
    since: datetime | None = None
    word: str = ""


@dataclass(frozen=True)
class OrderRow:
    """Money in fen, times aware UTC. `pill`, `action`, `second`, `hint` are catalog codes ("" = nothing)."""

    no: str
    product: str
    cover: str
    picture: str
    category: str
    created_at: datetime
    total: int
    quantity: int
    stage: str
    pill: str
    tone: str
    line: RowLine
    action: str
    second: str
    hint: str
    case_no: str


def order_row(whole: WholeOrder, now: datetime) -> OrderRow:
    """The row of an order, with what can be done now."""
    order, facts, case = whole.order, whole.facts, whole.case
    pill, tone = pill_of(order, facts, case)
    action, second, hint = _actions(order, facts, case, ways(facts, now), now)
    return OrderRow(
        no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        category=order.category.value,
        created_at=order.created_at,
        total=order.total,
        quantity=order.quantity,
        stage=order.stage.value,
        pill=pill,
        tone=tone,
        line=line_of(whole),
        action=action,
        second=second,
        hint=hint,
        case_no=case.no if case else "",
    )


def pill_of(order: Order, facts: Facts, case: Case | None) -> tuple[str, str]:
    """(code, tone) of the status pill."""
    if facts.paying:
        return "paying", "amber"
    if order.stage is Stage.abnormal:
        return "abnormal", "seal"
    if order.stage is Stage.in_case:
        return _CASE_PILL.get(case.status, _IN_CASE) if case else _IN_CASE
    if order.stage is Stage.refunding:
        return "refunding", "jade"
    if is_offered(order):
        return "transferring", "amber"
    return _STATUS_PILL[order.status] if order.status is not OrderStatus.delivered else _delivered_pill(order, facts)


def is_bounced(refund: Refund | None) -> bool:
    """The bank returned it: its shopper is asked for another account."""
    return refund is not None and refund.status is RefundStatus.bounced


def is_account_asked(refund: Refund | None) -> bool:
    """An admin asked its shopper for another account, and it still stands still (R59, R67)."""
    stuck = refund is not None and refund.status is RefundStatus.needs_attention
    return stuck and refund is not None and refund.redirect_asked_at is not None


def best_now(case: Case | None, decisions: tuple[Decision, ...]) -> Decision | None:
    """The way to show first: after most rejections the appeal."""
    rejected = case.reject_reason if case and case.status is CaseStatus.rejected else None
    return best(decisions, appeal_first=appeal_first(rejected))


def is_offered(order: Order) -> bool:
    """Held without a case and without the 24 hours after one: it is offered to somebody else."""
    return order.stage is not Stage.in_case and order.held_at is not None and order.hold_until is None


_IN_CASE = ("in_case", "amber")
_CASE_PILL = {
    CaseStatus.overdue: ("overdue", "seal"),
    CaseStatus.info_requested: ("your_turn", "seal"),
    CaseStatus.offered: ("your_turn", "seal"),
    CaseStatus.appeal: ("appeal", "blue"),
}
_STATUS_PILL = {
    OrderStatus.pending_payment: ("to_pay", "amber"),
    OrderStatus.awaiting_delivery: ("to_deliver", "blue"),
    OrderStatus.completed: ("completed", "grey"),
    OrderStatus.canceled: ("canceled", "grey"),
    OrderStatus.expired: ("expired", "grey"),
}


def _delivered_pill(order: Order, facts: Facts) -> tuple[str, str]:
    if order.terms.form is ProductForm.receipt:
        return "receipt", "grey"
    if not facts.sealed:
        return "used", "grey"
    looked_at = CardStatus.revealed in facts.cards or CardStatus.redeemed in facts.cards
    return ("partly_used", "grey") if looked_at else ("sealed", "grey")


def line_of(whole: WholeOrder) -> RowLine:
    """The sentence under the pill."""
    order, facts, case, refund = whole.order, whole.facts, whole.case, whole.refund
    if facts.paying:
        return RowLine("paying")
    if facts.abandoned and order.stage is not Stage.in_case:
        return RowLine("shop_disabled")
    if order.abnormal is Abnormal.refund_stuck and is_bounced(refund):
        return RowLine("refund_bounced")
    if order.abnormal is Abnormal.refund_stuck and is_account_asked(refund):
        return RowLine("refund_asked")
    if order.stage is Stage.abnormal:
        return RowLine(order.abnormal.value if order.abnormal else Abnormal.no_stock.value)
    if order.stage is Stage.in_case and case:
        return RowLine(f"case_{case.status.value}", case.deadline, case.opened_at)
    if order.stage is Stage.refunding and refund:
        return _refund_line(whole, refund)
    if is_offered(order):
        return RowLine("transferring", order.held_at)
    return _status_line(order, facts, refund)


def _refund_line(whole: WholeOrder, refund: Refund) -> RowLine:
    """Where the money goes back to, and when it is expected there."""
    expected = refund.expected_at if is_expected(refund.status) else None
    channel = next(payment.channel.value for payment in whole.payments if payment.id == refund.payment_id)
    return RowLine("refunding" if expected else "refunding_again", expected, refund.created_at, channel)


def _status_line(order: Order, facts: Facts, refund: Refund | None) -> RowLine:
    if order.status is OrderStatus.pending_payment:
        return RowLine("pay_by", order.pay_by, order.created_at)
    if order.status is OrderStatus.awaiting_delivery:
        return _waiting_line(order)
    if order.status in (OrderStatus.delivered, OrderStatus.completed):
        return _card_line(order, facts)
    if refund:
        return RowLine("refunded", refund.succeeded_at)
    return RowLine(order.status.value, order.closed_at)


def _waiting_line(order: Order) -> RowLine:
    if order.held_at and order.hold_until:
        return RowLine("held_after_rejection", order.hold_until, order.held_at)
    if order.mode is DeliveryMode.manual:
        return RowLine("promised", order.promised_at, order.paid_at)
    return RowLine("deliver_at", order.deliver_at, order.paid_at)


def _card_line(order: Order, facts: Facts) -> RowLine:
    if order.terms.form is ProductForm.receipt:
        return RowLine("receipt", order.delivered_at)
    if CardStatus.sealed not in facts.cards:
        return RowLine("revealed", facts.last_revealed_at)
    return RowLine("sealed" if facts.policy.return_allowed else "sealed_final", order.delivered_at)


def _actions(
    order: Order, facts: Facts, case: Case | None, decisions: tuple[Decision, ...], now: datetime
) -> tuple[str, str, str]:
    """(action, second, hint): what the row's button and the line below it say."""
    if facts.paying:
        return "view", "", ""
    if facts.unpaid:
        return "pay", Way.cancel_now.value, ""
    if order.stage is Stage.in_case:
        mine = case is not None and awaited(case.status) is Role.shopper
        return "answer" if mine else "progress", "", "hold_on" if order.held_at else ""
    if order.stage is Stage.refunding:
        return "refund", "", ""
    way = best_now(case, decisions)
    if is_offered(order):
        return "view", "", "hold_on"
    if way is None:
        return "view", "", ""
    if way.way is Way.appeal and facts.last_case is not CaseStatus.rejected:
        return "fault", "", ""
    return way.way.value, _second(order, facts, now), _HINTS.get(way.way, "")


def _second(order: Order, facts: Facts, now: datetime) -> str:
    turn = may(OrderAct.reveal, SHOPPER, known_facts(order, facts, is_offered=is_offered(order)), now)
    return "reveal" if turn.is_open else ""


_HINTS = {Way.request: "answer_in_time", Way.cancel_now: "at_once"}
