"""Each day's statement of the channel as it was checked, and where it differed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.statement import Difference, Movement
from cardmall.models.columns import maybe_moment, moment, sum_of_fen, word


class Statement(SQLModel, table=True):
    """One day in Shanghai: how many lines, and their fen by movement."""

    day: date = Field(primary_key=True)
    checked_at: datetime = moment()
    lines: int
    captured: int = sum_of_fen()
    refunded: int = sum_of_fen()


class Mismatch(SQLModel, table=True):
    """A difference about one number; open until it agrees again or an admin closes it with a note."""

    __table_args__ = (sa.UniqueConstraint("movement", "number", "difference", name="uq_mismatch"),)
    id: int | None = Field(default=None, primary_key=True)
    day: date
    movement: Movement = word(Movement)
    number: str
    difference: Difference = word(Difference)
    told: int
    ours: int
    order_id: int | None = Field(default=None, foreign_key="order.id", index=True)
    found_at: datetime = moment()
    closed_at: datetime | None = maybe_moment(index=True)
    closed_by: int | None = Field(default=None, foreign_key="account.id")
    note: str = ""
