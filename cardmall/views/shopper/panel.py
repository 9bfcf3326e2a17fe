"""What stands first on the page of an order (R68)."""

from cardmall.domain.panel import Panel
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.ways import Facts
from cardmall.domain.terms import LIVE_REFUND, OPEN_CASE, Abnormal, CardStatus, CaseStatus, DeliveryMode, OrderStatus
from cardmall.models import Case, Order, Refund
from cardmall.views.shopper.rows import is_account_asked, is_bounced
from cardmall.views.shopper.transfer import OrderTransfer

_OF_A_CASE = (CaseStatus.overdue, CaseStatus.info_requested, CaseStatus.offered, CaseStatus.appeal)


def panel_of(order: Order, facts: Facts, case: Case | None, refund: Refund | None, transfer: OrderTransfer) -> Panel:
    """The one most urgent thing, shown first (R68)."""
    if transfer.no:
        return Panel(f"transfer_{transfer.status}")
    if facts.paying:
        return Panel.paying
    if order.abnormal and not facts.abandoned:
        stuck = order.abnormal is Abnormal.refund_stuck
        if stuck and is_account_asked(refund):
            return Panel.refund_asked
        return Panel.refund_bounced if stuck and is_bounced(refund) else Panel(order.abnormal)
    if case and case.status in OPEN_CASE:
        return Panel(case.status) if case.status in _OF_A_CASE else Panel.in_case
    if facts.abandoned:
        return Panel.shop_disabled
    if case and case.status is CaseStatus.rejected and order.hold_until:
        return Panel.rejected
    if refund and refund.status in LIVE_REFUND:
        return Panel.refunding
    return _status_panel(order, facts, refund)


def _status_panel(order: Order, facts: Facts, refund: Refund | None) -> Panel:
    if order.status is OrderStatus.pending_payment:
        return Panel.to_pay
    if order.status is OrderStatus.awaiting_delivery:
        return Panel.waiting_manual if order.mode is DeliveryMode.manual else Panel.waiting
    if order.status is OrderStatus.delivered:
        if order.terms.form is ProductForm.receipt:
            return Panel.receipt
        if facts.recalled and facts.sealed == facts.recalled.count(CardStatus.sealed):
            return Panel.recalled
        if not facts.sealed:
            return Panel.used
        return Panel.partly_used if facts.last_revealed_at else Panel.sealed
    return Panel.refunded if refund else Panel(order.status)
