"""The only doors to another person's rows: foreign and unknown numbers look the same (R80)."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.rules.transfers import TransferSide
from cardmall.domain.terms import Actor, Offer, Reason, Refused, Role
from cardmall.models import Account, Case, Order, Payment, Refund, Transfer
from cardmall.reads.look import Look
from cardmall.reads.people import require

LOOKED = "looked"  # in Session.info: ids of the orders an admin saw


def not_found() -> Refused:
    return Refused(Reason.not_found, Offer.orders)


def may_see(actor: Actor, order: Order) -> bool:
    """The order's shopper, members of its shop, and admins."""
    if actor.role is Role.shopper:
        return order.shopper_id == actor.id
    if actor.role is Role.merchant:
        return actor.shop_id is not None and order.shop_id == actor.shop_id
    return actor.role in (Role.admin, Role.system)


def order_for(look: Look, no: object, *roles: Role, lock: bool = False) -> Order:
    """The order `no` if who looks, in one of `roles` (any if none), may see it. `lock` keeps other acts waiting."""
    known = require(look.who, *roles)
    wanted = select(Order).where(Order.no == str(no))
    if lock:
        lock_older(look.session, col(Order.no) == str(no))
    order = look.session.exec(wanted.with_for_update() if lock else wanted).first()
    if order is None or not may_see(known, order):
        raise not_found()
    note_seen(look.session, known, order)
    return order


def note_seen(session: Session, actor: Actor, order: Order) -> None:
    """Remember in this session which orders an admin saw: the audit is told after the look."""
    if actor.role is Role.admin and order.id:
        session.info.setdefault(LOOKED, set()).add(order.id)


def case_for(look: Look, no: object, *roles: Role, lock: bool = False) -> tuple[Case, Order]:
    """The case `no` and its order, by the same rule."""
    known = require(look.who, *roles)
    case = look.session.exec(select(Case).where(Case.no == str(no))).first()
    order = look.session.get(Order, case.order_id, with_for_update=lock or None) if case else None
    if case is None or order is None or not may_see(known, order):
        raise not_found()
    if lock:
        look.session.refresh(case)
    note_seen(look.session, known, order)
    return case, order


def lock_older(session: Session, *which: sa.ColumnElement[bool]) -> None:
    """An order placed by a transfer is locked after the order it comes from: old, then new, everywhere."""
    newer = sa.select(col(Order.id)).where(*which)
    origin = sa.select(col(Transfer.order_id)).where(col(Transfer.new_order_id).in_(newer))
    old = session.connection().execute(origin).scalar()
    if old is not None:
        session.get(Order, old, with_for_update=True)


def locked_order(session: Session, order_id: int) -> Order:
    """An order by its id, under its lock."""
    lock_older(session, col(Order.id) == order_id)
    return session.exec(select(Order).where(Order.id == order_id).with_for_update()).one()


def transfer_for(look: Look, no: object, *, lock: bool = False) -> tuple[Transfer, Order, TransferSide]:
    """The transfer `no`, the order it is of, and on which side who looks stands; `lock` holds both orders."""
    known = require(look.who)
    transfer = look.session.exec(select(Transfer).where(Transfer.no == str(no))).first()
    order = look.session.get(Order, transfer.order_id, with_for_update=lock or None) if transfer else None
    if transfer is None or order is None:
        raise not_found()
    if lock:
        look.session.refresh(transfer)
        if transfer.new_order_id:
            look.session.get(Order, transfer.new_order_id, with_for_update=True)
    side = _side(look.session, known, transfer, order)
    if side is None:
        raise not_found()
    note_seen(look.session, known, order)
    return transfer, order, side


def _side(session: Session, actor: Actor, transfer: Transfer, order: Order) -> TransferSide | None:
    if actor.role is Role.merchant:
        return TransferSide.merchant if may_see(actor, order) else None
    if actor.role is not Role.shopper:
        return TransferSide.admin if actor.role in (Role.admin, Role.system) else None
    if order.shopper_id == actor.id:
        return TransferSide.shopper
    is_meant = (transfer.receiver_id or receiver_id(session, transfer)) == actor.id
    return TransferSide.receiver if is_meant else None


def receiver_id(session: Session, transfer: Transfer) -> int | None:
    """Who has proven the address the offer goes to; an unproven one is nobody's."""
    column, proven = getattr(Account, transfer.kind.value), getattr(Account, f"{transfer.kind.value}_confirmed_at")
    return session.exec(select(Account.id).where(column == transfer.address, proven.is_not(None))).first()


def refund_for(look: Look, no: object, *roles: Role, lock: bool = False) -> tuple[Refund, Order]:
    """The refund `no` and its order, by the same rule; `lock` is that of the order and of the payment."""
    known = require(look.who, *roles)
    refund = look.session.exec(select(Refund).where(Refund.no == str(no))).first()
    order = look.session.get(Order, refund.order_id, with_for_update=lock or None) if refund else None
    if refund is None or order is None or not may_see(known, order):
        raise not_found()
    if lock:
        look.session.get_one(Payment, refund.payment_id, with_for_update=True)
        look.session.refresh(refund)
    note_seen(look.session, known, order)
    return refund, order
