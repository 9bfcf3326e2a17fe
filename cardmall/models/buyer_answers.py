"""What buyers answered to the questions of a shop, and what they had answered before."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.models.columns import moment

_FOUND = sa.text("blind IS NOT NULL")


class BuyerAnswer(SQLModel, table=True):
    """The answer to the nth field, from 1, of an order's terms. `sealed` is encrypted for this order and n.

    `blind` finds the same answer in its shop without reading it, None of an empty one, a select and a
    number. `edition` counts the corrections of the order, from 1: all its answers have the same. An order that is
    long over has none (R86).
    """

    __tablename__ = "buyer_answer"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (sa.Index("ix_buyer_answer_blind", "blind", sqlite_where=_FOUND, postgresql_where=_FOUND),)
    order_id: int = Field(foreign_key="order.id", primary_key=True)
    n: int = Field(primary_key=True)
    edition: int = 1
    sealed: str
    blind: str | None = None


class ReplacedAnswer(SQLModel, table=True):
    """An answer that was valid until `replaced_at`, sealed as it was, found by nobody; erased with those that came
    after it (R86)."""

    __tablename__ = "replaced_answer"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    order_id: int = Field(foreign_key="order.id", primary_key=True)
    edition: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    sealed: str
    replaced_at: datetime = moment()
