"""A shop's goods: what is on sale, sold out, unlisted, archived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import DeliveryMode, Role
from cardmall.domain.typed import searched
from cardmall.models import Product
from cardmall.reads.goods import AVAILABLE, codes_on_shelf, first_card
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.sales import sold_lately
from cardmall.reads.searching import named

_KEPT = col(Product.archived_at).is_(None)
_NO_CODE = first_card(AVAILABLE).is_(None)


class GoodsTab(StrEnum):
    """A tab of the list; a product stands under `all` and under each other one that fits."""

    all = "all"
    listed = "listed"
    sold_out = "sold_out"
    unlisted = "unlisted"
    archived = "archived"


_TABS: dict[GoodsTab, Any] = {
    GoodsTab.all: _KEPT,
    GoodsTab.listed: col(Product.listed).is_(True),
    GoodsTab.sold_out: sa.and_(col(Product.listed).is_(True), col(Product.mode) == DeliveryMode.auto, _NO_CODE),
    GoodsTab.unlisted: sa.and_(col(Product.listed).is_(False), _KEPT),
    GoodsTab.archived: ~_KEPT,
}


@dataclass(frozen=True)
class GoodsAsked:
    """What the address asks for; an unknown tab is all of them."""

    tab: GoodsTab = GoodsTab.all
    q: str = ""


@dataclass(frozen=True)
class GoodsRow:
    """One product of the shop. `price` in fen; `stock`: codes on the shelf, -1 = delivered by hand; `sold`: pieces in
    the last SALES_TOLD, to SALES_COUNTED."""

    slug: str
    name: str
    cover: str
    picture: str
    category: str
    mode: str
    price: int
    stock: int
    sold: int
    promise_minutes: int
    listed: bool
    archived: bool


@dataclass(frozen=True)
class GoodsPage:
    """Some products, the newest first, how many stand under each tab, and where the next page begins (0 = the end)."""

    rows: list[GoodsRow] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    next_key: int = 0


def read_goods_asked(asked: Mapping[str, str]) -> GoodsAsked:
    """From untrusted query parameters: tab, q."""
    tab = asked.get("tab", "")
    return GoodsAsked(GoodsTab(tab) if tab in set(GoodsTab) else GoodsTab.all, searched(asked.get("q", "")).text)


def goods_page(look: Look, asked: GoodsAsked, *, after: int = 0) -> GoodsPage:
    """The shop's products under these filters, with an id below `after`. Refused: no member of a shop."""
    member = require(look.who, Role.merchant)
    mine = [col(Product.shop_id) == member.shop_id, *_named_like(asked.q)]
    wanted = select(Product).where(*mine, _TABS[asked.tab]).order_by(col(Product.id).desc())
    wanted = wanted.where(col(Product.id) < after) if after else wanted
    found = look.session.exec(wanted.limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    codes, sold = codes_on_shelf(look.session, page), sold_lately(look, page)
    rows = [_row(product, codes.get(product.id or 0, 0), sold.get(product.id or 0, 0)) for product in page]
    more = len(found) > limits.PAGE_SIZE
    return GoodsPage(rows, _counts(look.session, mine), (page[-1].id or 0) if more else 0)


def _named_like(text: str) -> list[Any]:
    asked = searched(text)
    return [named(col(Product.name), asked) | (col(Product.slug) == asked.text.lower())] if asked.text else []


def _counts(session: Session, mine: list[Any]) -> dict[str, int]:
    """In one statement, however many tabs there are."""
    each = [sa.func.count(sa.case((fits, 1))) for fits in _TABS.values()]
    found = session.connection().execute(sa.select(*each).select_from(Product).where(*mine)).one()
    return {tab.value: number for tab, number in zip(_TABS, found, strict=True)}


def _row(product: Product, codes: int, sold: int) -> GoodsRow:
    return GoodsRow(
        slug=product.slug,
        name=product.name,
        cover=product.cover,
        picture=cover_picture(product.pictures),
        category=product.category.value,
        mode=product.mode.value,
        price=product.price,
        stock=-1 if product.mode is DeliveryMode.manual else codes,
        sold=sold,
        promise_minutes=product.promise_seconds // 60,
        listed=product.listed,
        archived=product.archived_at is not None,
    )
