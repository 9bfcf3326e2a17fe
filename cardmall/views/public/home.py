"""What the mall sells: categories, search by name, one product."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.receipts import takes_back
from cardmall.domain.terms import Category, DeliveryMode
from cardmall.domain.typed import searched
from cardmall.models import Away, Order, Product, Shop
from cardmall.reads.away import is_away
from cardmall.reads.goods import lacked, shelf_counted
from cardmall.reads.look import Look
from cardmall.reads.searching import named
from cardmall.views.public.shelf import Shelf, ShelfOrder

NO_FILTERS = Shelf()
Wanted = Any  # a query of products with their shop's name; its type has three parameters
ENOUGH = limits.QUANTITY[-1]  # more stock than one order may take needs no number


@dataclass(frozen=True)
class ProductRow:
    """A product in a list, or a group by its cheapest product on sale.

    `price` in fen; `stock` counts to ENOUGH, -1 = delivered by hand, without stock; `name` of a group is the group's;
    `faces`: how many of it are on sale, 1 for a single product. `back_at`: when its shop takes orders again (R98).
    """

    slug: str
    name: str
    cover: str
    picture: str
    category: str
    price: int
    shop: str
    mode: str
    stock: int
    return_allowed: bool
    faces: int = 1
    back_at: datetime | None = None


@dataclass(frozen=True)
class CatalogPage:
    rows: list[ProductRow] = field(default_factory=list)
    next_key: str = ""


def catalog_page(look: Look, shelf: Shelf = NO_FILTERS, *, after: str = "") -> CatalogPage:
    """Listed products of enabled shops in the order asked for; `after` is the last key of the page before.

    A group is one entry, at the price of its cheapest product; it fits where one of its products does.
    """
    told = (
        select(Product, Shop.name, _FACES, Away.until)
        .select_from(Product)
        .join(Shop)
        .outerjoin(Away, is_away(look.now))
    )
    wanted = _filtered(told.where(*ON_SALE, _LEADS), shelf, look.now)
    found = look.session.exec(_ordered(wanted, shelf.order, after).limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    stock = _entry_stock(look, [product for product, *_ in page])
    rows = [_row(product, shop, stock, faces, until) for product, shop, faces, until in page]
    last = page[-1][0] if len(found) > limits.PAGE_SIZE else None
    return CatalogPage(rows, f"{last.price}.{last.id}" if last else "")


def _filtered(wanted: Wanted, shelf: Shelf, now: datetime) -> Wanted:
    if shelf.category in set(Category):
        wanted = wanted.where(Product.category == Category(shelf.category))
    if shelf.in_stock:  # what can be ordered now
        wanted = wanted.where(col(Away.id).is_(None))
    own, its = _fits(Product, shelf, now), _fits(_Member, shelf, now)
    if not own:
        return wanted
    single = sa.and_(col(Product.group_name) == "", *own)
    return wanted.where(sa.or_(single, sa.exists().where(*_TOGETHER, *its)))


def _fits(which: Any, shelf: Shelf, now: datetime) -> list[Any]:
    """What the filters ask of a product, its category aside."""
    asked, (low, high) = searched(shelf.q), shelf.prices()
    fits: list[Any] = []
    if asked.text:
        fits.append(sa.or_(named(which.name, asked), named(which.group_name, asked)))
    if low is not None:
        fits.append(which.price >= low)
    if high is not None:
        fits.append(which.price <= high)
    return [*fits, _has_stock(which, now)] if shelf.in_stock else fits


def _ordered(wanted: Wanted, order: ShelfOrder, after: str) -> Wanted:
    """By keys no two products share, so that the next page begins where this one ends."""
    last = _KEY.fullmatch(str(after))
    key = tuple(int(part) for part in last.groups()) if last else None
    if order is ShelfOrder.usual:
        wanted = wanted.where(col(Product.id) > key[1]) if key else wanted
        return wanted.order_by(col(Product.id))
    by = sa.tuple_(col(Product.price), col(Product.id))
    if order is ShelfOrder.price_up:
        wanted = wanted.where(by > key) if key else wanted
        return wanted.order_by(col(Product.price), col(Product.id))
    wanted = wanted.where(by < key) if key else wanted
    return wanted.order_by(col(Product.price).desc(), col(Product.id).desc())


def slugs_on_sale(look: Look) -> list[str]:
    """The newest products on sale, as many as a sitemap may name beside the other pages."""
    found = select(Product.slug).join(Shop).where(*ON_SALE).order_by(col(Product.id).desc())
    return list(look.session.exec(found.limit(limits.SITEMAP_PRODUCTS)).all())


_KEY = re.compile(r"(\d{1,9})\.(\d{1,18})", re.ASCII)  # price in fen, id
ON_SALE = (col(Product.listed).is_(True), col(Shop.disabled_at).is_(None))
_Member: Any = aliased(Product)  # of the group of a product, itself included, on sale as it is
_TOGETHER = (
    _Member.shop_id == Product.shop_id,
    _Member.group_name == Product.group_name,
    _Member.group_name != "",  # by which the index of groups is found
    _Member.listed.is_(True),
)
_CHEAPER = sa.tuple_(_Member.price, _Member.id) < sa.tuple_(col(Product.price), col(Product.id))
_LEADS = sa.or_(col(Product.group_name) == "", ~sa.exists().where(*_TOGETHER, _CHEAPER))
_FACES = sa.select(sa.func.count()).select_from(_Member).where(*_TOGETHER).correlate(Product).scalar_subquery()


def _left(which: Any, now: datetime) -> Any:
    """Cards of the product that a buyer may get: those on the shelf less what paid orders lack; where orders lack
    some, few lie there."""
    counted = shelf_counted(which.id, now, its=which)
    return counted - lacked(col(Order.product_id) == which.id)


def _has_stock(which: Any, now: datetime) -> Any:
    return sa.or_(which.mode == DeliveryMode.manual, _left(which, now) > 0)


def stock_of(look: Look, products: Sequence[Product]) -> dict[int, int]:
    """Pieces of each that a buyer may get, by its id, up to ENOUGH, -1 where the merchant delivers by hand."""
    auto = [one.id for one in products if one.mode is DeliveryMode.auto]
    wanted = sa.select(col(Product.id), _left(Product, look.now)).where(col(Product.id).in_(auto))
    left = dict(look.session.connection().execute(wanted).all()) if auto else {}
    return {one.id or 0: max(0, min(ENOUGH, left[one.id])) if one.id in left else -1 for one in products}


def _entry_stock(look: Look, leads: Sequence[Product]) -> dict[int, int]:
    """The same of entries: a group is sold out when all of it is, and by hand when none of it is on the shelf."""
    wanted = select(_Member, Product.id).join(Product, sa.and_(*_TOGETHER))
    grouped = [one.id for one in leads if one.group_name]
    found = look.session.exec(wanted.where(col(Product.id).in_(grouped))).all() if grouped else ()
    counted = stock_of(look, [*leads, *(one for one, _ in found)])
    for lead in grouped:
        its = [counted[one.id] for one, of in found if of == lead]
        lying = sum(n for n in its if n > 0)
        counted[lead or 0] = min(ENOUGH, lying) or min(its)
    return counted


def _row(product: Product, shop: str, stock: dict[int, int], faces: int, until: datetime | None) -> ProductRow:
    left = stock[product.id or 0]
    return ProductRow(
        slug=product.slug,
        name=product.group_name if faces > 1 else product.name,
        cover=product.cover,
        picture=cover_picture(product.pictures),
        category=product.category.value,
        price=product.price,
        shop=shop,
        mode=(DeliveryMode.manual if left < 0 else DeliveryMode.auto).value,
        stock=left,
        return_allowed=takes_back(product.form, return_allowed=product.return_allowed),
        faces=max(1, faces),
        back_at=until,
    )
