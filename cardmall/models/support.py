"""What shoppers ask the platform, order by order (R62)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.models.columns import json_data, maybe_moment, moment


class SupportThread(SQLModel, table=True):
    """The talk with support about one order as the admins' list shows it. `waiting_since`: the shopper waits.

    `first_asked_at`, `first_answered_at`: the first question and the first answer to it, the measured response.
    """

    __tablename__ = "support_thread"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (
        sa.Index("ix_thread_waiting", "waiting_since", "order_id"),
        sa.Index("ix_thread_answered", "waiting_since", "last_at", "order_id"),
    )
    order_id: int = Field(primary_key=True, foreign_key="order.id")
    last_at: datetime = moment()
    last_text: str = ""
    last_by_admin: bool = False
    unread_by_admin: int = 0
    unread_by_shopper: int = 0
    waiting_since: datetime | None = maybe_moment()
    first_asked_at: datetime | None = maybe_moment()
    first_answered_at: datetime | None = maybe_moment(index=True)


class SupportMessage(SQLModel, table=True):
    """One message between a shopper and the admins about one order; `data` is what travelled along (R62)."""

    __tablename__ = "support_message"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (sa.Index("ix_support_order", "order_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="order.id")
    author_id: int = Field(foreign_key="account.id")
    by_admin: bool
    at: datetime = moment()
    text: str
    data: dict[str, Any] = json_data()
