"""One line of a shop's list of orders: where the order stands for the shop, and the one thing to do now (R95)."""

from dataclasses import dataclass
from datetime import datetime

from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.cases import awaited
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import Abnormal, Actor, CaseStatus, DeliveryMode, OrderStatus, RefundStatus, Role, Stage
from cardmall.models import Case, Order
from cardmall.reads.orders import known_facts
from cardmall.reads.people import masked
from cardmall.reads.whole import WholeOrder
from cardmall.views.shopper.rows import RowLine, is_offered, line_of, pill_of


@dataclass(frozen=True)
class ShopOrderRow:
    """Money in fen, times aware UTC. `shopper` is masked; `case_status`: of the open case, "" = none, then the pill
    says where it stands. `act`: deliver, answer, case, refund or view; `case_no`, `refund_no`: of the newest."""

    no: str
    product: str
    cover: str
    picture: str
    created_at: datetime
    total: int
    quantity: int
    shopper: str
    pill: str
    tone: str
    case_status: str
    line: RowLine
    act: str
    case_no: str
    refund_no: str


def shop_order_row(member: Actor, whole: WholeOrder, name: str, now: datetime) -> ShopOrderRow:
    """The row of an order for a member of its shop; `name`: of who bought it."""
    order, case, refund = whole.order, whole.case, whole.refund
    pill, tone = pill_of(order, whole.facts, case)
    return ShopOrderRow(
        no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        created_at=order.created_at,
        total=order.total,
        quantity=order.quantity,
        shopper=masked(name),
        pill=pill,
        tone=tone,
        case_status=open_case_status(order, case),
        line=shop_line(whole, now),
        act=_act(member, whole, now),
        case_no=case.no if case else "",
        refund_no=refund.no if refund else "",
    )


def open_case_status(order: Order, case: Case | None) -> str:
    """How the case stands under which the order stands, "" for none."""
    return case.status.value if case and order.stage is Stage.in_case else ""


def _act(member: Actor, whole: WholeOrder, now: datetime) -> str:
    order, case = whole.order, whole.case
    if order.stage is Stage.in_case and case:
        return "answer" if awaited(case.status) is Role.merchant else "case"
    if order.stage is Stage.refunding and whole.refund:
        return "refund"
    facts = known_facts(order, whole.facts, is_offered=is_offered(order))
    return "deliver" if may(OrderAct.deliver, standing(member), facts, now).is_open else "view"


_TURN = {Role.merchant: "answer", Role.shopper: "waits", Role.admin: "ruling"}


def shop_line(whole: WholeOrder, now: datetime) -> RowLine:
    """The sentence under the pill, as its shop reads it."""
    order, case = whole.order, whole.case
    if whole.facts.abandoned and order.stage is not Stage.in_case:
        return RowLine("shop_disabled")
    if order.abnormal and not whole.facts.abandoned:
        return RowLine(order.abnormal.value)
    if order.stage is Stage.in_case and case:
        late = case.status is CaseStatus.overdue
        turn = awaited(case.status)
        return RowLine("overdue" if late else _TURN[turn] if turn else "", case.deadline, case.opened_at)
    if order.stage is Stage.refunding:
        return line_of(whole)
    if whole.facts.paying or is_offered(order):
        return RowLine("paying" if whole.facts.paying else "transferring", order.held_at)
    return _waiting(order, now) if order.status in _WAITS else _past(whole)


_WAITS = (OrderStatus.pending_payment, OrderStatus.awaiting_delivery)


def _waiting(order: Order, now: datetime) -> RowLine:
    if order.status is OrderStatus.pending_payment:
        return RowLine("pay_by", order.pay_by, order.created_at)
    if order.held_at:
        return RowLine("held", order.hold_until, order.held_at)
    if order.mode is DeliveryMode.auto:
        return RowLine("deliver_at", order.deliver_at, order.paid_at)
    if order.promised_at and order.promised_at <= now:
        return RowLine("late", order.promised_at)
    return RowLine("begun" if order.begun_at else "promised", order.promised_at, order.paid_at)


def _past(whole: WholeOrder) -> RowLine:
    order, refund = whole.order, whole.refund
    if order.status is OrderStatus.delivered:
        return RowLine("delivered", order.delivered_at)
    if order.status is OrderStatus.completed:
        return RowLine("completed", order.completed_at)
    if refund and refund.status is RefundStatus.succeeded:
        return RowLine("refunded", refund.succeeded_at)
    return RowLine(order.status.value, order.closed_at)


LINES = (
    *("paying", "transferring", "pay_by", "held", "deliver_at", "late", "begun", "promised", "delivered", "completed"),
    *("refunded", "overdue", *_TURN.values(), *Abnormal, OrderStatus.canceled.value, OrderStatus.expired.value),
    *("refunding", "refunding_again", "shop_disabled"),
)
