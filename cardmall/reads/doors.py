"""The only doors to another person's rows: foreign and unknown numbers look the same (R80)."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cardmall.domain.rules.transfers import TransferSide
from cardmall.domain.terms import Actor, Offer, Reason, Refused, Role
from cardmall.models import Account, Case, Order, Payment, Product, Refund, Shop, Transfer
from cardmall.reads.locks import locked, locking
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
    found = select(Order).where(Order.no == str(no))
    order = _locked(look.session, _LOCK_BY_NO, no=str(no)) if lock else look.session.exec(found).first()
    if order is None or not may_see(known, order):
        raise not_found()
    note_seen(look.session, known, order)
    return order


def shop_for(look: Look, slug: object) -> Shop:
    """A shop by its web address, locked, for an admin. Refused: who acts is none, or there is no such shop."""
    require(look.who, Role.admin)
    shop = locked(look.session, Shop, Shop.slug == str(slug))
    if shop is None:
        raise not_found()
    return shop


def product_for(look: Look, slug: object, *, lock: bool = False) -> Product:
    """A product of the shop of whoever looks. Refused: no member of a shop, or no such product of it."""
    found = products_for(look, [slug], lock=lock)
    return found[0]


def products_for(look: Look, slugs: Iterable[object], *, lock: bool = False) -> Sequence[Product]:
    """These products by id. Refused: one of them is none of the shop's."""
    member = require(look.who, Role.merchant)
    known = {str(slug) for slug in slugs}
    wanted = select(Product).where(Product.shop_id == member.shop_id, col(Product.slug).in_(known))
    wanted = wanted.order_by(col(Product.id))
    found = look.session.exec(locking(wanted) if lock else wanted).all()
    if not found or len(found) < len(known):
        raise not_found()
    return found


def note_seen(session: Session, actor: Actor, order: Order) -> None:
    """Remember in this session which orders an admin saw: the audit is told after the look."""
    if actor.role is Role.admin and order.id:
        session.info.setdefault(LOOKED, set()).add(order.id)


def case_for(look: Look, no: object, *roles: Role, lock: bool = False) -> tuple[Case, Order]:
    """The case `no` and its order, by the same rule."""
    known = require(look.who, *roles)
    wanted = select(Case, Order).join(Order).where(Case.no == str(no))
    if lock:
        wanted = locking(wanted, Order, Case)
    case, order = look.session.exec(wanted).first() or (None, None)
    if case is None or order is None or not may_see(known, order):
        raise not_found()
    note_seen(look.session, known, order)
    return case, order


def _with_origin(name: str) -> SelectOfScalar[Order]:
    """Lock the order whose column `name` has this value; one placed by a transfer after that it comes from.

    Both ids are looked up before any row is locked. Were they joined, PostgreSQL would join anew for a row it waited
    for, and could leave it out: then the order an act moves would be the other one.
    """
    newer, wanted = aliased(Order), sa.bindparam(name)
    own = sa.select(col(Order.id)).where(getattr(Order, name) == wanted).scalar_subquery()
    origin = sa.select(col(Transfer.order_id)).join(newer, col(newer.id) == col(Transfer.new_order_id))
    ids = own, origin.where(getattr(newer, name) == wanted).scalar_subquery()
    locked_one = aliased(Order)
    return locking(select(locked_one).where(col(locked_one.id).in_(ids)).order_by(col(locked_one.id)))


_LOCK_BY_NO, _LOCK_BY_ID = _with_origin("no"), _with_origin("id")


def _locked(session: Session, which: SelectOfScalar[Order], **told: object) -> Order | None:
    """The order asked for; a transfer's newer order has the higher id."""
    both = session.exec(which, params=told).all()
    return both[-1] if both else None


def locked_with_shop(session: Session, order_id: int) -> Order:
    """An order by its id, under the locks of its shop and its own."""
    shop = sa.select(col(Order.shop_id)).where(col(Order.id) == order_id).scalar_subquery()
    session.exec(locking(select(Shop.id).where(Shop.id == shop))).one()
    return locked_order(session, order_id)


def locked_order(session: Session, order_id: int) -> Order:
    """An order by its id, under its lock."""
    order = _locked(session, _LOCK_BY_ID, id=order_id)
    if order is None:
        raise LookupError(f"no order {order_id}")
    return order


def locked_orders(session: Session, ids: Iterable[int]) -> dict[int, Order]:
    """These orders by id, all locked at once, with those that transfers placed some of them from."""
    known = set(ids)
    origins = session.exec(select(Transfer.order_id).where(col(Transfer.new_order_id).in_(known))).all()
    wanted = select(Order).where(col(Order.id).in_(sorted(known.union(origins))))
    return {order.id or 0: order for order in session.exec(locking(wanted.order_by(col(Order.id)))).all()}


def transfer_for(look: Look, no: object, *, lock: bool = False) -> tuple[Transfer, Order, TransferSide]:
    """The transfer `no`, the order it is of, and on which side who looks stands; `lock` holds both orders."""
    known = require(look.who)
    if lock:
        for which in (Transfer.order_id, Transfer.new_order_id):  # the new one may come while the old one is waited for
            its = sa.select(col(which)).where(col(Transfer.no) == str(no)).scalar_subquery()
            look.session.exec(locking(select(Order).where(col(Order.id) == its))).all()
    wanted = select(Transfer, Order).join(Order, col(Order.id) == Transfer.order_id).where(Transfer.no == str(no))
    found = look.session.exec(locking(wanted, Transfer) if lock else wanted).first()
    if found is None:
        raise not_found()
    transfer, order = found
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
    wanted = select(Refund, Order).join(Order).where(Refund.no == str(no))
    found = locked_refund(look.session, str(no)) if lock else look.session.exec(wanted).first()
    if found is None or not may_see(known, found[1]):
        raise not_found()
    note_seen(look.session, known, found[1])
    return found


def locked_refund(session: Session, no: str) -> tuple[Refund, Order] | None:
    """The refund `no` and its order, under the locks of order, payment and refund, in this order."""
    wanted = select(Refund, Order).join(Order).join(Payment, col(Payment.id) == Refund.payment_id)
    return session.exec(locking(wanted.where(Refund.no == no), Order, Payment, Refund)).first()
