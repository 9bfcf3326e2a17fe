"""Shops, products and their stock of cards."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain import limits
from cardmall.domain.terms import CardStatus, Category, DeliveryMode
from cardmall.models.columns import maybe_moment, moment, word

_FEE = f"fee_permille BETWEEN {min(limits.FEE_PERMILLE)} AND {max(limits.FEE_PERMILLE)}"

_TWIN = sa.text("twin_of IS NOT NULL")


class Shop(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    created_at: datetime = moment()
    disabled_at: datetime | None = maybe_moment()


class Product(SQLModel, table=True):
    """What a shop sells. `price` in fen; auto-delivery after `delay_seconds`, promised within `promise_seconds`.

    `case_sensitive`: its codes "aB" and "AB" are two; fixed with the first card.
    """

    __table_args__ = (
        sa.CheckConstraint("price >= 1", name="ck_price_at_least_a_fen"),
        sa.CheckConstraint(_FEE, name="ck_fee"),
        sa.Index("ix_product_price", "price", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    category: Category = word(Category, index=True)
    name: str
    cover: str
    summary: str = ""
    price: int
    mode: DeliveryMode = word(DeliveryMode)
    delay_seconds: int = int(limits.DELIVERY_DELAY.total_seconds())
    promise_seconds: int = int(limits.DELIVERY_PROMISE.total_seconds())
    activation_rule: str
    return_allowed: bool = True
    window_days: int = limits.RETURN_WINDOW.days
    fee_permille: int = 0
    case_sensitive: bool = False
    listed: bool = True
    created_at: datetime = moment()


class Card(SQLModel, table=True):
    """One piece of stock: a code, account or key. `sealed_code` is encrypted.

    `blind` finds the same code in its product without reading it, `shop_blind` in its shop ("" until re-indexed).
    `twin_of`: the same code was sold on this other card, and nobody has looked at it yet.
    `sealed_at`: when it came to its shopper, sealed; the windows of this card count from then.
    """

    __table_args__ = (
        sa.UniqueConstraint("product_id", "blind", name="uq_card_code"),
        sa.Index("ix_card_stock", "product_id", "status", "created_at", "id"),
        sa.Index("ix_card_shop_blind", "shop_blind"),
        sa.Index("ix_card_status", "status", "order_id"),
        sa.Index("ix_card_twin", "twin_of", sqlite_where=_TWIN, postgresql_where=_TWIN),
    )
    id: str = Field(primary_key=True)
    product_id: int = Field(foreign_key="product.id")
    order_id: int | None = Field(default=None, foreign_key="order.id", index=True)
    status: CardStatus = word(CardStatus)
    sealed_code: str
    blind: str
    shop_blind: str = ""
    twin_of: str | None = None
    tail: str
    created_at: datetime = moment()
    sealed_at: datetime | None = maybe_moment()
    revealed_at: datetime | None = maybe_moment()
