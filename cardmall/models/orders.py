"""Orders: one product × quantity of one shop."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.order_terms import Terms
from cardmall.domain.terms import Abnormal, Category, Channel, DeliveryMode, OrderStatus, Stage
from cardmall.models.columns import TermsType, fen, maybe_moment, moment, word


def _there(name: str) -> dict[str, Any]:
    """Index only rows that have it."""
    return {f"{dialect}_where": sa.text(f"{name} IS NOT NULL") for dialect in ("sqlite", "postgresql")}


_SOLD_HOW = ("status", "quantity", "canceled_pieces", "taken_back")  # so that counting what was sold reads no order
_SHORT = sa.text("lacks > 0")
# The last digits of its number, as every query must write them to be served by an index.
NO_TAIL = "substr(no, length(no) - 3)"
_ON_DESK = ("product_id", "mode", "channel", "total", "held_at")  # so that filtering a shop's list reads no order
_SOLD_AS = sa.text("version > 0")  # every order: whoever does not say so takes another index


class Order(SQLModel, table=True):
    """An order as it was placed (product, its `version`, price and `terms` are frozen), and where it stands now.

    What a query filters, sorts or sums is a column, the rest of what was sold stands in `terms`; nothing in both.
    `canceled_pieces` of its `quantity` were canceled before delivery while the order went on with the rest.
    `taken_back`: pieces whose delivered card became void for money; one that was replaced is none of them.
    `lacks`: cards that a paid order of automatic delivery has still to get; with some it waits in line, whoever paid
    first (R91). `given`: fen given back, unasked, for the pieces that are not delivered yet and stay; with the delivery
    it lies on their cards (R96). `stage` is written by `services/ending.py` only, for every move.
    `held_at`: delivery and reveal stand still; `hold_until` is set when the hold outlives its case (after a
    rejection). `escrow`: what the platform holds for it by the ledger, None = nothing; written with `stage` when an act
    ends. `channel`: how it was paid. `begun_at`: its shop said that it works on it. Money in fen.
    """

    __table_args__ = (
        *fen("unit_price", "total"),
        sa.CheckConstraint("quantity BETWEEN 1 AND 20", name="ck_quantity"),
        sa.CheckConstraint("given BETWEEN 0 AND total", name="ck_given_of_total"),
        sa.Index("ix_order_list", "shopper_id", "created_at", "id"),
        sa.Index("ix_order_stage", "shopper_id", "stage", "created_at", "id"),
        sa.Index("ix_order_shop", "shop_id", "status", "paid_at"),
        sa.Index("ix_order_desk", "shop_id", "stage", "created_at", "id", *_ON_DESK),
        sa.Index("ix_order_tail", sa.text(NO_TAIL), "shop_id"),
        sa.Index("ix_order_paid", "shop_id", "paid_at", "total"),
        sa.Index("ix_order_status", "status", "stage"),
        sa.Index("ix_order_product", "product_id", "shopper_id", "status"),
        sa.Index("ix_order_lacks", "product_id", "paid_at", "id", sqlite_where=_SHORT, postgresql_where=_SHORT),
        sa.Index("ix_order_version", "product_id", "version", sqlite_where=_SOLD_AS, postgresql_where=_SOLD_AS),
        sa.Index("ix_order_sold", "product_id", "paid_at", *_SOLD_HOW, **_there("paid_at")),
        *(sa.Index(f"ix_order_{name}", "shop_id", name, **_there(name)) for name in ("escrow", "held_at", "abnormal")),
    )
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    shopper_id: int = Field(foreign_key="account.id")
    shop_id: int = Field(foreign_key="shop.id")
    product_id: int = Field(foreign_key="product.id")
    version: int = 1
    product_name: str
    category: Category = word(Category)
    mode: DeliveryMode = word(DeliveryMode)
    quantity: int
    canceled_pieces: int = 0
    taken_back: int = 0
    lacks: int = 0
    given: int = 0
    unit_price: int
    total: int
    terms: Terms = Field(sa_type=TermsType, nullable=False)
    status: OrderStatus = word(OrderStatus)
    stage: Stage = word(Stage)
    escrow: int | None = None
    abnormal: Abnormal | None = word(Abnormal, nullable=True)
    channel: Channel | None = word(Channel, nullable=True)
    created_at: datetime = moment()
    pay_by: datetime = moment()
    consented_at: datetime | None = maybe_moment()
    paid_at: datetime | None = maybe_moment()
    deliver_at: datetime | None = maybe_moment()
    promised_at: datetime | None = maybe_moment()
    begun_at: datetime | None = maybe_moment()
    delivered_at: datetime | None = maybe_moment()
    completed_at: datetime | None = maybe_moment()
    closed_at: datetime | None = maybe_moment()
    held_at: datetime | None = maybe_moment()
    hold_until: datetime | None = maybe_moment()
