"""The cashier: one payment under way."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from cardmall.domain.terms import PaymentStatus, Role
from cardmall.models import Order, Payment
from cardmall.reads.doors import not_found, order_for
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class CashierView:
    """The pending payment of an order, as the cashier shows it."""

    order_no: str = ""
    payment_no: str = ""
    product: str = ""
    channel: str = ""
    amount: int = 0
    pay_by: datetime | None = None
    created_at: datetime | None = None


def cashier_view(look: Look, no: object) -> CashierView:
    """The order's latest payment that can still be made; not found when there is none, or its money is on its way."""
    order = order_for(look, no, Role.shopper)
    wanted = select(Payment).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    payment = look.session.exec(wanted.order_by(col(Payment.id).desc())).first()
    if payment is None or payment.paying_since:
        raise not_found()
    return _cashier(order, payment)


def pending_payment(look: Look, payment_no: str) -> CashierView:
    """A payment of the shopper's own order by its number, whatever became of the order meanwhile."""
    require(look.who, Role.shopper)
    payment = look.session.exec(select(Payment).where(Payment.no == payment_no)).first()
    order = look.session.get(Order, payment.order_id) if payment else None
    if payment is None or order is None:
        raise not_found()
    return _cashier(order_for(look, order.no), payment)


def _cashier(order: Order, payment: Payment) -> CashierView:
    return CashierView(
        order_no=order.no,
        payment_no=payment.no,
        product=order.product_name,
        channel=payment.channel.value,
        amount=payment.amount,
        pay_by=order.pay_by,
        created_at=order.created_at,
    )
