"""Recalls: a shop, or the platform for it, takes cards back that should not have been sold."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.recalls import ItemOutcome, ItemStatus, ItemTrouble, RecallReason, Remedy
from cardmall.domain.terms import Role
from cardmall.models.columns import maybe_moment, moment, word


class Recall(SQLModel, table=True):
    """One press. `batch_id`: of a whole batch; None: of cards that were named.

    `role`: of who pressed; what an admin pressed is advanced by the platform. `words` are told to the buyers.
    `looked_too`: cards that were looked at before `pressed_at` are taken back, too. `listed`: the orders up to this id
    have their job.
    """

    __table_args__ = (sa.Index("ix_recall_product", "product_id", "pressed_at", "id"),)
    id: str = Field(primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    product_id: int = Field(foreign_key="product.id")
    batch_id: str | None = Field(default=None, foreign_key="batch.id")
    maker_id: int = Field(foreign_key="account.id")
    role: Role = word(Role)
    reason: RecallReason = word(RecallReason)
    words: str
    remedy: Remedy = word(Remedy)
    looked_too: bool
    listed: int = 0
    pressed_at: datetime = moment()


class RecallItem(SQLModel, table=True):
    """A card that an order had when its recall was pressed, once for each recall. `order_id`: that order; a transfer
    may move the card on. `looked`: somebody had looked at it by then. `trouble`: what it waits for."""

    __tablename__ = "recall_item"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (
        sa.Index("ix_recall_item_order", "recall_id", "order_id"),
        sa.Index("ix_recall_item_status", "recall_id", "status", "order_id"),
    )
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    card_id: str = Field(primary_key=True, foreign_key="card.id")
    order_id: int = Field(foreign_key="order.id")
    looked: bool
    status: ItemStatus = word(ItemStatus)
    outcome: ItemOutcome | None = word(ItemOutcome, nullable=True)
    trouble: ItemTrouble | None = word(ItemTrouble, nullable=True)
    ended_at: datetime | None = maybe_moment()
