"""What the mall sells: categories, search by name, one product."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import CardStatus, Category, DeliveryMode
from cardmall.domain.typed import searched
from cardmall.models import Card, Product, Shop
from cardmall.reads.look import Look
from cardmall.reads.searching import named

ENOUGH = max(limits.QUANTITY)  # more stock than one order may take needs no number


@dataclass(frozen=True)
class ProductRow:
    """A product in a list. `price` in fen; `stock` counts to ENOUGH, -1 = delivered by hand, without stock."""

    slug: str
    name: str
    cover: str
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


def catalog_page(look: Look, *, category: str = "", text: str = "", after: str = "") -> CatalogPage:
    """Listed products of enabled shops, by id; `after` is the last id of the page before."""
    wanted = select(Product, Shop.name).join(Shop).where(*ON_SALE).order_by(col(Product.id))
    if category in set(Category):
        wanted = wanted.where(Product.category == Category(category))
    asked = searched(text)
    if asked.text:
        wanted = wanted.where(named(col(Product.name), asked))
    if str(after).isdigit():
        wanted = wanted.where(col(Product.id) > int(after))
    found = look.session.exec(wanted.limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    stock = _stock(look.session, [p for p, _ in page])
    rows = [_row(product, shop, stock) for product, shop in page]
    return CatalogPage(rows, str(page[-1][0].id) if len(found) > limits.PAGE_SIZE else "")


def slugs_on_sale(look: Look) -> list[str]:
    """The newest products on sale, as many as a sitemap may name beside the other pages."""
    found = select(Product.slug).join(Shop).where(*ON_SALE).order_by(col(Product.id).desc())
    return list(look.session.exec(found.limit(limits.SITEMAP_PRODUCTS)).all())


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
        category=product.category.value,
        price=product.price,
        shop=shop,
        mode=product.mode.value,
        stock=stock[product.id or 0],
        return_allowed=product.return_allowed,
    )
