"""Checkout and the cashier: what is to be paid, and the pending payment."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.terms import Abnormal, Actor, DeliveryMode, OrderStatus, PaymentStatus, Role
from cardmall.models import Order, Payment, Product
from cardmall.queries.doors import not_found, order_for
from cardmall.queries.people import require
from cardmall.queries.transfer import comes_sealed


@dataclass(frozen=True)
class CheckoutView:
    """An order before it is paid. Money in fen."""

    no: str = ""
    product: str = ""
    product_slug: str = ""
    cover: str = ""
    category: str = ""
    mode: str = ""
    quantity: int = 0
    unit_price: int = 0
    total: int = 0
    status: str = ""
    created_at: datetime | None = None
    pay_by: datetime | None = None
    activation_rule: str = ""
    delay_minutes: int = 0
    promise_minutes: int = 0
    return_allowed: bool = True
    consented: bool = False
    is_payable: bool = False
    paying: bool = False
    failed: bool = False
    odd: bool = False


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


def is_paying(session: Session, order: Order) -> bool:
    """The channel says that money for this order is on its way."""
    wanted = select(Payment.id).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    return session.exec(wanted.where(col(Payment.paying_since).is_not(None))).first() is not None


def _last_failed(session: Session, order: Order) -> bool:
    """The last payment that was opened for this order failed."""
    last = select(Payment.status).where(Payment.order_id == order.id).order_by(col(Payment.id).desc()).limit(1)
    return session.exec(last).first() is PaymentStatus.failed


def checkout_view(session: Session, actor: Actor | None, no: object) -> CheckoutView:
    """The shopper's own order at checkout."""
    order = order_for(session, actor, no, Role.shopper)
    sealed = comes_sealed(session, order)  # delivered with the payment
    return CheckoutView(
        no=order.no,
        product=order.product_name,
        product_slug=session.get_one(Product, order.product_id).slug,
        cover=order.cover,
        category=order.category.value,
        mode=DeliveryMode.auto.value if sealed else order.mode.value,
        quantity=order.quantity,
        unit_price=order.unit_price,
        total=order.total,
        status=order.status.value,
        created_at=order.created_at,
        pay_by=order.pay_by,
        activation_rule=order.activation_rule,
        delay_minutes=0 if sealed else order.delay_seconds // 60,
        promise_minutes=order.promise_seconds // 60,
        return_allowed=order.return_allowed,
        consented=order.consented_at is not None,
        is_payable=order.status is OrderStatus.pending_payment,
        paying=is_paying(session, order),
        failed=_last_failed(session, order),
        odd=order.abnormal is Abnormal.wrong_amount,
    )


def cashier_view(session: Session, actor: Actor | None, no: object) -> CashierView:
    """The order's latest payment that can still be made; not found when there is none, or its money is on its way."""
    order = order_for(session, actor, no, Role.shopper)
    wanted = select(Payment).where(Payment.order_id == order.id, Payment.status == PaymentStatus.pending)
    payment = session.exec(wanted.order_by(col(Payment.id).desc())).first()
    if payment is None or payment.paying_since:
        raise not_found()
    return _cashier(order, payment)


def pending_payment(session: Session, actor: Actor | None, payment_no: str) -> CashierView:
    """A payment of the shopper's own order by its number, whatever became of the order meanwhile."""
    shopper = require(actor, Role.shopper)
    payment = session.exec(select(Payment).where(Payment.no == payment_no)).first()
    order = session.get(Order, payment.order_id) if payment else None
    if payment is None or order is None:
        raise not_found()
    return _cashier(order_for(session, shopper, order.no), payment)


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
