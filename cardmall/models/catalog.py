"""Shops, products and their stock of cards."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain import limits
from cardmall.domain.buyer_fields import BuyerFields
from cardmall.domain.picture_ids import PictureIds
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import CardStatus, Category, DeliveryMode
from cardmall.models.columns import BuyerFieldsType, PictureIdsType, fen, json_data, maybe_moment, moment, word

_FEE = f"fee_permille BETWEEN {limits.FEE_PERMILLE[0]} AND {limits.FEE_PERMILLE[-1]}"
_MOST = f"most_per_order BETWEEN {limits.QUANTITY[0]} AND {limits.QUANTITY[-1]}"

_GROUPED: dict[str, Any] = {f"{dialect}_where": sa.text("group_name <> ''") for dialect in ("sqlite", "postgresql")}
_KEPT = sa.text("status <> 'withdrawn'")  # the code of a withdrawn card may come again
_TWIN = sa.text("twin_of IS NOT NULL")
UNTAKEN = "code_file_id IS NULL AND revealed_at IS NULL AND status IN ('withdrawn', 'voided')"  # as queries say it, too
_UNTAKEN = sa.text(UNTAKEN)
_TAKEN = sa.text("code_file_id IS NOT NULL")


class Shop(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    created_at: datetime = moment()
    disabled_at: datetime | None = maybe_moment()


class Away(SQLModel, table=True):
    """A time in which a shop takes no orders (R98): from `since` until `until`, which whoever opens it sooner moves to
    that moment. `note`: what its buyers read meanwhile. One at a time: they are written under the lock of the shop."""

    __table_args__ = (
        sa.CheckConstraint("since <= until", name="ck_away_ends"),
        sa.Index("ix_away_shop", "shop_id", "until"),
    )
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    since: datetime = moment()
    until: datetime = moment()
    note: str = ""


class Product(SQLModel, table=True):
    """What a shop sells. `price` in fen; auto-delivery after `delay_seconds`, promised within `promise_seconds`.

    `cover`: the short word of its family; `details` are on its page, `instructions` come with its codes, both plain
    text. `case_sensitive`: its codes "aB" and "AB" are two; fixed with the first card. `version` counts its saves.
    `group_name`: its group in its shop, "" for none; `face`: what tells it from the others there.
    `form`: what is delivered; receipts by hand only.
    `pictures`: the ids of those it shows, the first is its cover; without any the cover is drawn.
    """

    __table_args__ = (
        sa.CheckConstraint("price >= 1", name="ck_price_at_least_a_fen"),
        sa.CheckConstraint(_FEE, name="ck_fee"),
        sa.CheckConstraint(_MOST, name="ck_most_per_order"),
        sa.CheckConstraint("archived_at IS NULL OR NOT listed", name="ck_archived_is_unlisted"),
        sa.CheckConstraint("form = 'code' OR mode = 'manual'", name="ck_receipt_by_hand"),
        sa.CheckConstraint("(group_name = '') = (face = '')", name="ck_face_in_a_group"),
        sa.Index("ix_product_price", "price", "id"),
        sa.Index("uq_product_face", "shop_id", "group_name", "face", unique=True, **_GROUPED),
        sa.Index("ix_product_group", "shop_id", "group_name", "price", "id", **_GROUPED),
    )
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    category: Category = word(Category, index=True)
    name: str
    cover: str
    summary: str = ""
    details: str = ""
    price: int
    mode: DeliveryMode = word(DeliveryMode)
    form: ProductForm = word(ProductForm, start=ProductForm.code)
    delay_seconds: int = int(limits.DELIVERY_DELAY.total_seconds())
    promise_seconds: int = int(limits.DELIVERY_PROMISE.total_seconds())
    activation_rule: str
    instructions: str = ""
    return_allowed: bool = True
    window_days: int = limits.RETURN_WINDOW.days
    fee_permille: int = 0
    most_per_order: int = limits.QUANTITY[-1]
    case_sensitive: bool = False
    buyer_fields: BuyerFields = Field(default=(), sa_type=BuyerFieldsType, nullable=False)
    pictures: PictureIds = Field(default=(), sa_type=PictureIdsType, nullable=False)
    group_name: str = ""
    face: str = ""
    listed: bool = True
    version: int = 1
    created_at: datetime = moment()
    archived_at: datetime | None = maybe_moment()


class ProductVersion(SQLModel, table=True):
    """One save of a product, never changed: its number, who saved it (None: nobody who is known), what it changed.

    `before` and `after` hold the changed fields only, by their names in domain/goods.py; the first one has no `before`.
    """

    __tablename__ = "product_version"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (sa.UniqueConstraint("product_id", "n", name="uq_product_version"),)
    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="product.id")
    n: int
    actor_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = moment()
    before: dict[str, Any] = json_data()
    after: dict[str, Any] = json_data()


class ApprovalRule(SQLModel, table=True):
    """One version of the rule by which undelivered requests about a product are approved at once (R97), never changed;
    the newest counts. `most`, `per_shopper` and `per_day` as in domain/approvals.py; `since`: on without a break since
    then, None: off. `actor_id`: the owner who set it, at `at`."""

    __tablename__ = "approval_rule"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (
        sa.UniqueConstraint("product_id", "n", name="uq_approval_rule"),
        sa.CheckConstraint("is_on = (since IS NOT NULL)", name="ck_rule_on_since"),
        sa.CheckConstraint("NOT is_on OR (most > 0 AND per_shopper > 0 AND per_day > 0)", name="ck_rule_has_caps"),
    )
    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="product.id")
    n: int
    is_on: bool
    most: int
    per_shopper: int
    per_day: int
    since: datetime | None = maybe_moment()
    actor_id: int = Field(foreign_key="account.id")
    at: datetime = moment()


class Card(SQLModel, table=True):
    """One piece of stock: a code, account or key. `sealed_code` is encrypted.

    A piece of a receipt holds the text there, and its own id in both blind indexes: it is the same as no code.
    `blind` finds the same code in its product without reading it, `shop_blind` in its shop ("" until re-indexed).
    `twin_of`: the same code was sold on this other card, and nobody has looked at it yet.
    `recall_id`: the recall that takes it back: it is not delivered, offered or looked at any more, and its code never
    comes into stock again. No foreign key: SQLite would have to copy the whole table for one.
    `code_file_id`: an owner took its code along, after it was withdrawn or voided unseen.
    `sealed_at`: when it came to its shopper, sealed; the windows of this card count from then.
    `given`: fen given back for it, unasked, while it stays (R96); a card that replaces it takes that over.
    """

    __table_args__ = (
        *fen("given"),
        sa.Index("uq_card_code", "product_id", "blind", unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT),
        sa.Index("ix_card_batch", "batch_id", "status", "id"),
        sa.Index("ix_card_stock", "product_id", "status", "created_at", "id"),
        sa.Index("ix_card_shop_blind", "shop_blind"),
        sa.Index("ix_card_status", "status", "order_id"),
        sa.Index("ix_card_untaken", "product_id", "id", sqlite_where=_UNTAKEN, postgresql_where=_UNTAKEN),
        sa.Index("ix_card_taken", "code_file_id", "id", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
        sa.Index("ix_card_twin", "twin_of", sqlite_where=_TWIN, postgresql_where=_TWIN),
    )
    id: str = Field(primary_key=True)
    product_id: int = Field(foreign_key="product.id")
    order_id: int | None = Field(default=None, foreign_key="order.id", index=True)
    batch_id: str | None = Field(default=None, foreign_key="batch.id")
    status: CardStatus = word(CardStatus)
    sealed_code: str
    blind: str
    shop_blind: str = ""
    twin_of: str | None = None
    code_file_id: str | None = Field(default=None, foreign_key="code_file.id")
    recall_id: str | None = None
    tail: str
    given: int = 0
    created_at: datetime = moment()
    sealed_at: datetime | None = maybe_moment()
    revealed_at: datetime | None = maybe_moment()
