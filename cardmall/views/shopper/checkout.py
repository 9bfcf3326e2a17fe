"""Checkout and the cashier: what is to be paid, and the pending payment."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.order_terms import Terms
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import SHOPPER
from cardmall.domain.terms import Abnormal, DeliveryMode, PaymentStatus, Reason, Role
from cardmall.models import Order, Payment, Product
from cardmall.reads.away import shop_told
from cardmall.reads.buyer_answers import last_answers
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.orders import order_facts
from cardmall.reads.transfers import comes_sealed
from cardmall.views.approvals import NOTHING, RuleTold, told_of_order
from cardmall.views.buyer_fields import AskedField, asked_fields


@dataclass(frozen=True)
class CheckoutView:
    """An order before it is paid. Money in fen. `fields`: what its shop asks for, as it was answered last.

    `back_at`: when its shop takes new orders again, None: it does; this one may be paid (R98). `rule`: what it would
    say of a request about all of it before delivery (R97).
    """

    no: str = ""
    product: str = ""
    product_slug: str = ""
    shop_slug: str = ""
    cover: str = ""
    picture: str = ""
    category: str = ""
    mode: str = ""
    quantity: int = 0
    unit_price: int = 0
    total: int = 0
    status: str = ""
    created_at: datetime | None = None
    pay_by: datetime | None = None
    terms: Terms = field(default_factory=Terms.none)
    delay_minutes: int = 0
    promise_minutes: int = 0
    fields: list[AskedField] = field(default_factory=list)
    consented: bool = False
    can_pay: bool = False
    paying: bool = False
    failed: bool = False
    odd: bool = False
    back_at: datetime | None = None
    rule: RuleTold = NOTHING


def _last_failed(session: Session, order: Order) -> bool:
    """The last payment that was opened for this order failed."""
    last = select(Payment.status).where(Payment.order_id == order.id).order_by(col(Payment.id).desc()).limit(1)
    return session.exec(last).first() is PaymentStatus.failed


def _asked(look: Look, order: Order) -> list[AskedField]:
    asked = order.terms.buyer_fields
    return asked_fields(asked, last_answers(look, order)) if asked else []


def checkout_view(look: Look, no: object) -> CheckoutView:
    """The shopper's own order at checkout."""
    return _view(look, order_for(look, no, Role.shopper))


def checkout_with_fields(look: Look, no: object) -> CheckoutView:
    """The same with what the shop asks for, what was answered last (R86), and whether the shop is away."""
    order = order_for(look, no, Role.shopper)
    view = _view(look, order)
    if not view.can_pay:
        return view
    sealed = comes_sealed(look.session, order) or (order.mode is DeliveryMode.auto and not order.terms.delay_seconds)
    rule = NOTHING if sealed else told_of_order(look, order, order.total)
    slug, back_at = shop_told(look, order)
    return replace(view, fields=_asked(look, order), shop_slug=slug, back_at=back_at, rule=rule)


def _view(look: Look, order: Order) -> CheckoutView:
    turn = may(OrderAct.pay, SHOPPER, order_facts(look.session, order), look.now)
    sealed = comes_sealed(look.session, order)  # delivered with the payment
    return CheckoutView(
        no=order.no,
        product=order.product_name,
        product_slug=look.session.get_one(Product, order.product_id).slug,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        category=order.category.value,
        mode=DeliveryMode.auto.value if sealed else order.mode.value,
        quantity=order.quantity,
        unit_price=order.unit_price,
        total=order.total,
        status=order.status.value,
        created_at=order.created_at,
        pay_by=order.pay_by,
        terms=order.terms,
        delay_minutes=0 if sealed else order.terms.delay_seconds // 60,
        promise_minutes=order.terms.promise_seconds // 60,
        consented=order.consented_at is not None,
        can_pay=turn.is_open,
        paying=turn.reason is Reason.payment_under_way,
        failed=_last_failed(look.session, order),
        odd=order.abnormal is Abnormal.wrong_amount,
    )
