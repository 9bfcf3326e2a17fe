"""The goods of a shop with what is left of each: the way to their stock."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import Role
from cardmall.models import Order, Product, StockWatch
from cardmall.reads.goods import LACKS, codes_on_shelf
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class StockRow:
    """One product: `left` cards on the shelf, as far as they are counted, `waiting` orders that lack some; `low`: fewer
    than the shop's line."""

    slug: str
    name: str
    cover: str
    picture: str
    price: int
    mode: str
    listed: bool
    left: int
    waiting: int
    low: bool


@dataclass(frozen=True)
class StockList:
    """Some products, the newest first; `next_key` leads on ("" = the end)."""

    rows: list[StockRow] = field(default_factory=list)
    next_key: str = ""


def shop_stock(look: Look, *, after: str = "") -> StockList:
    """The goods of the merchant's shop, the newest first."""
    shop = require(look.who, Role.merchant).shop_id
    wanted = select(Product, StockWatch).outerjoin(StockWatch, col(StockWatch.product_id) == col(Product.id))
    wanted = wanted.where(Product.shop_id == shop)
    if after.isascii() and after.isdigit() and len(after) < 10:
        wanted = wanted.where(col(Product.id) < int(after))
    found = look.session.exec(wanted.order_by(col(Product.id).desc()).limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    ids = [product.id for product, _ in page]
    left, waiting = codes_on_shelf(look.session, [product for product, _ in page]), _waiting(look, ids)
    rows = [_row(product, watch, left, waiting) for product, watch in page]
    return StockList(rows, str(ids[-1]) if len(found) > limits.PAGE_SIZE else "")


def _waiting(look: Look, ids: list[int | None]) -> dict[int, int]:
    """Orders of these products that lack cards, by product."""
    counted = sa.select(col(Order.product_id), sa.func.count()).where(col(Order.product_id).in_(ids), LACKS)
    counted = counted.group_by(col(Order.product_id))
    return {product: number for product, number in look.session.connection().execute(counted)}


def _row(product: Product, watch: StockWatch | None, left: dict[int, int], waiting: dict[int, int]) -> StockRow:
    count, line = left.get(product.id or 0, 0), watch.line if watch else None
    return StockRow(
        slug=product.slug,
        name=product.name,
        cover=product.cover,
        picture=cover_picture(product.pictures),
        price=product.price,
        mode=product.mode.value,
        listed=product.listed,
        left=count,
        waiting=waiting.get(product.id or 0, 0),
        low=line is not None and count < line,
    )
