"""Pictures: evidence of a case, or part of a message. Always decoded and written anew by us."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.models.columns import moment


class Picture(SQLModel, table=True):
    """One picture of an order. Until it belongs to a round or a message only its owner sees it, for a day."""

    __table_args__ = (
        sa.Index("ix_picture_waiting", "order_id", "owner_id"),
        sa.Index("ix_picture_owner", "owner_id", "at"),
    )
    id: str = Field(primary_key=True)
    order_id: int = Field(foreign_key="order.id")
    owner_id: int = Field(foreign_key="account.id")
    round_id: int | None = Field(default=None, foreign_key="evidence_round.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    at: datetime = moment()
    width: int
    height: int


class PictureData(SQLModel, table=True):
    """The bytes, apart from the row every list reads: JPEG, `full` in the size that is kept, `thumb` at most 320 px."""

    __tablename__ = "picture_data"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    picture_id: str = Field(primary_key=True, foreign_key="picture.id")
    full: bytes
    thumb: bytes
