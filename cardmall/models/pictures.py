"""Pictures: evidence of a case, part of a message, or what a product looks like. Always decoded and written anew."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.models.columns import maybe_moment, moment

_OF_A_PRODUCT = sa.text("product_id IS NOT NULL")


class Picture(SQLModel, table=True):
    """One picture of an order or of a product. What it shows never changes.

    Of an order: until it belongs to a round, a message or a receipt only its owner sees it, for a day; `given_at`:
    when it came with a receipt. Of a product: until a save
    names it only the shop sees it, for a day; `shown_from` is the first version that has it, `shown_until` the first
    that has it no longer.
    """

    __table_args__ = (
        sa.CheckConstraint("(order_id IS NULL) <> (product_id IS NULL)", name="ck_picture_of_one"),
        sa.CheckConstraint("product_id IS NOT NULL OR shown_from IS NULL", name="ck_shown_of_a_product"),
        sa.CheckConstraint("order_id IS NOT NULL OR given_at IS NULL", name="ck_given_of_an_order"),
        sa.Index("ix_picture_waiting", "order_id", "owner_id"),
        sa.Index("ix_picture_owner", "owner_id", "at"),
        sa.Index("ix_picture_product", "product_id", sqlite_where=_OF_A_PRODUCT, postgresql_where=_OF_A_PRODUCT),
    )
    id: str = Field(primary_key=True)
    order_id: int | None = Field(default=None, foreign_key="order.id")
    product_id: int | None = Field(default=None, foreign_key="product.id")
    owner_id: int = Field(foreign_key="account.id")
    round_id: int | None = Field(default=None, foreign_key="evidence_round.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    shown_from: int | None = None
    shown_until: int | None = None
    given_at: datetime | None = maybe_moment()
    at: datetime = moment()
    width: int
    height: int


class PictureData(SQLModel, table=True):
    """The bytes, apart from the row every list reads: JPEG, `full` in the size that is kept, `thumb` a small one.

    Of a product `thumb` is a square; `page` and `card` are what its page and the shelf show, 16:10.
    """

    __tablename__ = "picture_data"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    picture_id: str = Field(primary_key=True, foreign_key="picture.id")
    full: bytes
    thumb: bytes
    page: bytes | None = None
    card: bytes | None = None
