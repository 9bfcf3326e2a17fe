"""The conversation of shopper and merchant about one order, and what a shop answers again and again."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.terms import Role
from cardmall.models.columns import json_data, maybe_moment, moment, word

_UNREAD = sa.text("unread_by_shop > 0")


class Conversation(SQLModel, table=True):
    """The talk about one order as its two sides' lists show it. `waiting_since`: the shopper waits for an answer."""

    __table_args__ = (
        sa.Index("ix_conversation_shop", "shop_id", "last_at", "order_id"),
        sa.Index("ix_conversation_unread", "shop_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )
    order_id: int = Field(primary_key=True, foreign_key="order.id")
    shop_id: int = Field(foreign_key="shop.id")
    last_at: datetime = moment()
    last_text: str = ""
    unread_by_shop: int = 0
    unread_by_shopper: int = 0
    waiting_since: datetime | None = maybe_moment()


class Message(SQLModel, table=True):
    """One message. `contacts`: what looks like contact or payment outside the platform (R56).

    `answer_seconds`: how long the shopper had waited for it (R74). Append-only, but for `read_at`.
    """

    __table_args__ = (sa.Index("ix_message_order", "order_id", "id"), sa.Index("ix_message_shop", "shop_id", "at"))
    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="order.id")
    shop_id: int = Field(foreign_key="shop.id")
    author_id: int = Field(foreign_key="account.id")
    role: Role = word(Role)
    at: datetime = moment()
    text: str = ""
    contacts: list[str] = json_data(list)
    read_at: datetime | None = maybe_moment()
    answer_seconds: int | None = None


class QuickReply(SQLModel, table=True):
    """Words a shop keeps for its answers, by a title of its own."""

    __tablename__ = "quick_reply"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (sa.Index("ix_quick_reply_shop", "shop_id", "title"),)
    id: str = Field(primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    title: str
    text: str
    changed_at: datetime = moment()
