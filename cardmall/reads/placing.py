"""What decides about a new order of one person (R7)."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.rules.placing import PlacingFacts
from cardmall.domain.terms import Actor, DeliveryMode, OrderStatus, PaymentStatus, Role
from cardmall.models import Account, Away, Order, Payment, Product, Shop
from cardmall.models.columns import UtcDateTime
from cardmall.reads.away import hold_shop_of, is_away
from cardmall.reads.goods import lacked, shelf_counted
from cardmall.reads.locks import locking
from cardmall.reads.people import is_confirmed

_UNPAID = sa.select(sa.func.count()).where(
    col(Order.shopper_id) == sa.bindparam("shopper"), col(Order.status) == OrderStatus.pending_payment
)
_OF_PRODUCT = (col(Order.shopper_id) == sa.bindparam("shopper"), col(Order.product_id) == sa.bindparam("product"))
_PIECES = sa.select(
    shelf_counted(sa.bindparam("product"), sa.bindparam("now", type_=UtcDateTime())),
    sa.select(sa.func.coalesce(sa.func.sum(Order.quantity), 0))
    .where(*_OF_PRODUCT, col(Order.status) == OrderStatus.pending_payment)
    .scalar_subquery(),
    lacked(col(Order.product_id) == sa.bindparam("product")),
)
# One the shopper tried to pay, failed or too late, is no lapse.
_TRIED = sa.exists().where(
    col(Payment.order_id) == Order.id, col(Payment.status).in_((PaymentStatus.failed, PaymentStatus.captured))
)
_LAPSES = (
    select(Order.closed_at)
    .where(*_OF_PRODUCT, col(Order.status).in_((OrderStatus.canceled, OrderStatus.expired)))
    .where(col(Order.paid_at).is_(None), ~_TRIED)
    .order_by(col(Order.closed_at).desc())
    .limit(limits.LAPSES)
)


def product_on_sale(session: Session, slug: object, now: datetime) -> tuple[Product, datetime | None] | None:
    """The product while it is listed and its shop is not disabled, under its lock: what it says now is what is sold.
    Beside it until when its shop is away (R98), None: it is there; its shop stays so until the transaction ends."""
    hold_shop_of(session, slug)
    wanted = select(Product, Away.until).select_from(Product).join(Shop).outerjoin(Away, is_away(now))
    wanted = wanted.where(Product.slug == str(slug), col(Product.listed).is_(True), col(Shop.disabled_at).is_(None))
    found = session.exec(locking(wanted, Product)).first()
    return (found[0], found[1]) if found else None


def lock_person(session: Session, person: Actor) -> Account:
    """The account of who acts, under its lock, which comes before any other."""
    return session.exec(locking(select(Account).where(Account.id == person.id))).one()


def person_facts(session: Session, shopper: Actor) -> PlacingFacts:
    """What is known of the person alone. Locks the account: two orders of one person see each other."""
    account = lock_person(session, shopper)
    unpaid = session.connection().execute(_UNPAID, {"shopper": shopper.id}).scalar_one()
    return PlacingFacts(buys=account.role is Role.shopper, confirmed=is_confirmed(account), unpaid=unpaid)


def placing_facts(
    session: Session, person: PlacingFacts, who: Actor, product: Product, pieces: int, now: datetime
) -> PlacingFacts:
    """What decides about ordering `pieces` of a product on sale, which is locked, beside what is known of `person`."""
    most = product.most_per_order
    if product.mode is not DeliveryMode.auto:
        return replace(person, pieces=pieces, most=most, price=product.price)
    told = {"shopper": who.id, "product": product.id, "now": now}
    lapses = tuple(at for at in session.exec(_LAPSES, params=told) if at)
    lying, unpaid, wanted = session.connection().execute(_PIECES, told).one()
    stock = {"available": max(0, lying - wanted), "own_unpaid": unpaid, "lapses": lapses}
    return replace(person, stocked=True, pieces=pieces, most=most, price=product.price, **stock)
