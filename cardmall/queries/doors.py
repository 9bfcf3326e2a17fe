"""The only doors to another person's rows: foreign and unknown numbers look the same (R80)."""

from sqlmodel import Session, select

from cardmall.domain.terms import Actor, Offer, Reason, Refused, Role
from cardmall.models import Case, Order, Payment, Refund
from cardmall.queries.people import require


def not_found() -> Refused:
    return Refused(Reason.not_found, Offer.orders)


def may_see(actor: Actor, order: Order) -> bool:
    """The order's shopper, members of its shop, and admins."""
    if actor.role is Role.shopper:
        return order.shopper_id == actor.id
    if actor.role is Role.merchant:
        return actor.shop_id is not None and order.shop_id == actor.shop_id
    return actor.role in (Role.admin, Role.system)


def order_for(session: Session, actor: Actor | None, no: object, *roles: Role, lock: bool = False) -> Order:
    """The order `no` if `actor`, in one of `roles` (any if none), may see it. `lock` keeps other acts on it waiting."""
    known = require(actor, *roles)
    wanted = select(Order).where(Order.no == str(no))
    order = session.exec(wanted.with_for_update() if lock else wanted).first()
    if order is None or not may_see(known, order):
        raise not_found()
    return order


def case_for(session: Session, actor: Actor | None, no: object, *roles: Role, lock: bool = False) -> tuple[Case, Order]:
    """The case `no` and its order, by the same rule."""
    known = require(actor, *roles)
    case = session.exec(select(Case).where(Case.no == str(no))).first()
    order = session.get(Order, case.order_id, with_for_update=lock or None) if case else None
    if case is None or order is None or not may_see(known, order):
        raise not_found()
    if lock:
        session.refresh(case)
    return case, order


def refund_for(
    session: Session, actor: Actor | None, no: object, *roles: Role, lock: bool = False
) -> tuple[Refund, Order]:
    """The refund `no` and its order, by the same rule; `lock` is that of the order and of the payment."""
    known = require(actor, *roles)
    refund = session.exec(select(Refund).where(Refund.no == str(no))).first()
    order = session.get(Order, refund.order_id, with_for_update=lock or None) if refund else None
    if refund is None or order is None or not may_see(known, order):
        raise not_found()
    if lock:
        session.get_one(Payment, refund.payment_id, with_for_update=True)
        session.refresh(refund)
    return refund, order
