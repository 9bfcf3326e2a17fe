"""What a shop knows of its own goods: codes on the shelf, the last save, whether anything ever named a product."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.naming import same_name
from cardmall.domain.terms import OPEN_BATCH, CardStatus
from cardmall.models import Account, Batch, Card, Order, Product, ProductVersion
from cardmall.models.columns import UtcDateTime
from cardmall.reads.locks import locking


def cards_counted(*which: Any, by: Any, of: Any = None) -> sa.ScalarSelect[int]:
    """How many cards are such, for each row of a query of products or batches; CARDS_COUNTED are looked at, at most.
    `by`: in which order an index has them. Without it PostgreSQL walks the table where another product has a million
    cards: it takes each to have its share. `of`: which of those looked at are counted."""
    kept = sa.literal(1) if of is None else sa.case((of, 1), else_=0)
    few = sa.select(kept.label("kept")).select_from(Card).where(*which).correlate(Product, Batch)
    found = few.order_by(by).limit(limits.CARDS_COUNTED).subquery()
    return sa.select(sa.func.coalesce(sa.func.sum(found.c.kept), 0)).scalar_subquery()


def cards_standing(mine: Any, statuses: Sequence[CardStatus], *, by: Any, of: Any = None) -> sa.ColumnElement[int]:
    """How many of these cards have one of these statuses, each counted so: an index has those of one in order."""
    first, *others = [cards_counted(mine, col(Card.status) == status, by=by, of=of) for status in statuses]
    return sum(others, start=first)


def cards_left() -> sa.ColumnElement[int]:
    """The available ones of a product, counted so."""
    its = col(Card.product_id) == col(Product.id)
    return cards_standing(its, (CardStatus.available,), by=col(Card.created_at))


def first_card(*which: Any) -> sa.ScalarSelect[Any]:
    """The id of a card of a product, of each row of a query of products, that is such; NULL where none is. PostgreSQL
    would walk the table for one that EXISTS, as for those of cards_counted."""
    its = sa.select(col(Card.id)).where(col(Card.product_id) == col(Product.id), *which).correlate(Product)
    return its.order_by(col(Card.status), col(Card.created_at)).limit(1).scalar_subquery()


AVAILABLE = col(Card.status) == CardStatus.available


def codes_on_shelf(session: Session, products: Sequence[Product]) -> dict[int, int]:
    """How many available cards each of these has, by its id, as far as they are counted."""
    wanted = sa.select(col(Product.id), cards_left()).where(col(Product.id).in_([product.id for product in products]))
    return {product or 0: number for product, number in session.connection().execute(wanted)}


def is_named(session: Session, by: type[Batch] | type[Card] | type[Order], product: Product) -> bool:
    """One of these is of this product, or was."""
    return session.exec(select(by.id).where(by.product_id == product.id).limit(1)).first() is not None


def has_codes(session: Session, product: Product) -> bool:
    """It has, or had, a card, or codes for it are on their way."""
    coming = select(Batch.id).where(Batch.product_id == product.id, col(Batch.status).in_(OPEN_BATCH)).limit(1)
    return is_named(session, Card, product) or session.exec(coming).first() is not None


def was_ever_named(session: Session, product: Product) -> bool:
    """An order, a card or a batch is of this product, or was."""
    return any(is_named(session, by, product) for by in (Order, Card, Batch))


LACKS = col(Order.lacks) > sa.literal_column("0")  # as the partial index says it


def waits_for_stock(product_id: int | None) -> tuple[Any, ...]:
    """Of an order: it is of this product, paid, and lacks cards."""
    return Order.product_id == product_id, LACKS


AS_PAID = (col(Order.paid_at), col(Order.id))  # whoever paid first


def lacked(*which: Any) -> sa.ScalarSelect[int]:
    """How many cards all paid orders that are such lack together."""
    return sa.select(sa.func.coalesce(sa.func.sum(Order.lacks), 0)).where(*which, LACKS).scalar_subquery()


def lacked_before(order: Order) -> sa.ScalarSelect[int]:
    """How many cards the orders of the same product lack that paid before this one; before an unpaid one did all."""
    if order.paid_at is None:
        return lacked(col(Order.product_id) == order.product_id)
    mine = sa.literal(order.paid_at, UtcDateTime()), sa.literal(order.id)
    return lacked(col(Order.product_id) == order.product_id, sa.tuple_(*AS_PAID) < sa.tuple_(*mine))


def has_ended(now: Any, batch: Any = Batch) -> sa.ColumnElement[bool]:
    """Of a batch: it was withdrawn, or is valid no more, whether its cards left the shelf already or not (R92)."""
    return col(batch.withdrawn_at).is_not(None) | (col(batch.valid_until) <= now)


_Its: Any = aliased(Batch)  # of a card


def on_shelf(product_id: Any, now: Any) -> tuple[Any, ...]:
    """Of a card: it is of this product, available, under no recall, and of no batch that has ended."""
    over = sa.exists().where(_Its.id == col(Card.batch_id), has_ended(now, _Its))
    lying = (col(Card.product_id) == product_id, col(Card.status) == CardStatus.available)
    return *lying, col(Card.recall_id).is_(None), ~over


def shelf_counted(product_id: Any, now: Any, *, its: Any = Product) -> sa.ScalarSelect[int]:
    """How many cards of a product lie on the shelf; who waits for some is not asked. SHELF_COUNTED are looked at, at
    most, in the order of their index, see cards_counted: where orders lack some, few lie there. `its`: the table of
    products the id is a column of."""
    few = sa.select(sa.literal(1)).select_from(Card).where(*on_shelf(product_id, now)).correlate(its)
    found = few.order_by(col(Card.created_at)).limit(limits.SHELF_COUNTED).subquery()
    return sa.select(sa.func.count()).select_from(found).scalar_subquery()


def spare_cards(session: Session, order: Order, now: datetime) -> int:
    """How many cards of its product lie on the shelf that nobody lacks who paid before this order (R91)."""
    asked = sa.select(shelf_counted(order.product_id, now) - lacked_before(order))
    return max(0, session.connection().execute(asked).scalar_one())


def is_awaited(session: Session, product_id: int | None) -> bool:
    """A paid order of this product waits for stock."""
    return (
        session.exec(select(Order.id).where(*waits_for_stock(product_id)).order_by(*AS_PAID).limit(1)).first()
        is not None
    )


def group_members(session: Session, shop_id: int | None, name: str, *, lock: bool = False) -> Sequence[Product]:
    """The products of a group by id, archived ones included; none for a name that is no group's."""
    own = (Product.shop_id == shop_id, Product.group_name == name, col(Product.group_name) != "")
    wanted = select(Product).where(*own).order_by(col(Product.id))
    return session.exec(locking(wanted) if lock else wanted).all()


def group_names(session: Session, shop_id: int | None, most: int | None = limits.LIST_SIZE) -> list[str]:
    """The groups of a shop by name, as many as a list shows; None: all."""
    own = (Product.shop_id == shop_id, col(Product.group_name) != "")
    wanted = select(Product.group_name).where(*own).distinct().order_by(col(Product.group_name))
    return list(session.exec(wanted.limit(most)).all())


def known_name(session: Session, shop_id: int | None, name: str) -> str:
    """The group of the shop whose name is read as `name`, as it is spelled there; "" for none."""
    names = group_names(session, shop_id, None) if name else []
    return name if name in names else next((one for one in names if same_name(one, name)), "")


def as_sold(session: Session, order: Order, *names: str) -> dict[str, str]:
    """These texts of the order's product as its version had them; what no later save changed is left out."""
    later = (ProductVersion.product_id == order.product_id, ProductVersion.n > order.version)
    found: dict[str, str] = {}
    for before in session.exec(select(ProductVersion.before).where(*later).order_by(col(ProductVersion.n))):
        found = {name: str(before[name]) for name in names if name in before} | found
    return found


def last_save(session: Session, product: Product) -> tuple[ProductVersion, str] | None:
    """The newest version, and the name of who saved it."""
    wanted = select(ProductVersion, Account.name).outerjoin(Account, col(Account.id) == ProductVersion.actor_id)
    wanted = wanted.where(ProductVersion.product_id == product.id).order_by(col(ProductVersion.n).desc())
    found = session.exec(wanted.limit(1)).first()
    return (found[0], found[1] or "") if found else None
