"""What the mall sells: categories, search by name, one product."""

import re
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import CardStatus, Category, DeliveryMode
from cardmall.domain.typed import searched
from cardmall.models import Card, Product, Shop
from cardmall.reads.look import Look
from cardmall.reads.searching import named
from cardmall.views.public.shelf import Shelf, ShelfOrder

NO_FILTERS = Shelf()
Wanted = Any  # a query of products with their shop's name; its type has three parameters
ENOUGH = limits.QUANTITY[-1]  # more stock than one order may take needs no number


@dataclass(frozen=True)
class ProductRow:
    """A product in a list. `price` in fen; `stock` counts to ENOUGH, -1 = delivered by hand, without stock."""

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


@dataclass(frozen=True)
class CatalogPage:
    rows: list[ProductRow] = field(default_factory=list)
    next_key: str = ""


def catalog_page(look: Look, shelf: Shelf = NO_FILTERS, *, after: str = "") -> CatalogPage:
    """Listed products of enabled shops, in the order asked for; `after` is the last key of the page before."""
    wanted = _filtered(select(Product, Shop.name).join(Shop).where(*ON_SALE), shelf)
    found = look.session.exec(_ordered(wanted, shelf.order, after).limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    stock = _stock(look.session, [p for p, _ in page])
    rows = [_row(product, shop, stock) for product, shop in page]
    last = page[-1][0] if len(found) > limits.PAGE_SIZE else None
    return CatalogPage(rows, f"{last.price}.{last.id}" if last else "")


def _filtered(wanted: Wanted, shelf: Shelf) -> Wanted:
    if shelf.category in set(Category):
        wanted = wanted.where(Product.category == Category(shelf.category))
    asked = searched(shelf.q)
    if asked.text:
        wanted = wanted.where(named(col(Product.name), asked))
    low, high = shelf.prices()
    if low is not None:
        wanted = wanted.where(col(Product.price) >= low)
    if high is not None:
        wanted = wanted.where(col(Product.price) <= high)
    return wanted.where(_HAS_STOCK) if shelf.in_stock else wanted


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
_HAS_STOCK = sa.or_(
    col(Product.mode) == DeliveryMode.manual,
    sa.exists().where(col(Card.product_id) == Product.id, col(Card.status) == CardStatus.available),
)
ON_SALE = (col(Product.listed).is_(True), col(Shop.disabled_at).is_(None))


def _stock(session: Session, products: list[Product]) -> dict[int, int]:
    ids = [p.id for p in products]
    counted = (
        sa.select(col(Card.product_id), sa.func.count())
        .where(col(Card.product_id).in_(ids), col(Card.status) == CardStatus.available)
        .group_by(col(Card.product_id))
    )
    counts = dict(session.connection().execute(counted).all())
    return {p.id or 0: -1 if p.mode is DeliveryMode.manual else min(ENOUGH, counts.get(p.id or 0, 0)) for p in products}


def _row(product: Product, shop: str, stock: dict[int, int]) -> ProductRow:
    return ProductRow(
        slug=product.slug,
        name=product.name,
        cover=product.cover,
        picture=cover_picture(product.pictures),
        category=product.category.value,
        price=product.price,
        shop=shop,
        mode=product.mode.value,
        stock=stock[product.id or 0],
        return_allowed=product.return_allowed,
    )
