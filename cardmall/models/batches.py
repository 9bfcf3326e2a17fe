"""Lists of codes on their way into stock, and below which number of cards a shop wants to be told."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.terms import BatchFailure, BatchStatus, LineVerdict, ListForm
from cardmall.models.columns import json_data, maybe_moment, moment, word


class Batch(SQLModel, table=True):
    """Codes that came, or will come, into stock together. Its `name` is one of its shop's.

    `counts`: lines by verdict. `parts`: pieces of good codes, once the list was read; of them `looked` were compared
    with the shop's cards, `done` have come into stock. `good` codes are to come, `stocked` came, `taken` were another
    card's by then. `valid_until`: its unsold cards are withdrawn then; `withdrawn_at`: when that began.
    """

    __table_args__ = (
        sa.UniqueConstraint("shop_id", "name", name="uq_batch_name"),
        sa.Index("ix_batch_product", "product_id", "created_at", "id"),
        sa.Index("ix_batch_status", "shop_id", "status"),
    )
    id: str = Field(primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    product_id: int = Field(foreign_key="product.id")
    maker_id: int = Field(foreign_key="account.id")
    name: str
    note: str = ""
    form: ListForm = word(ListForm)
    status: BatchStatus = word(BatchStatus)
    failure: BatchFailure | None = word(BatchFailure, nullable=True)
    counts: dict[str, Any] = json_data()
    parts: int | None = None
    looked: int = 0
    done: int = 0
    good: int = 0
    stocked: int = 0
    taken: int = 0
    created_at: datetime = moment()
    valid_until: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    withdrawn_at: datetime | None = maybe_moment()


class BatchText(SQLModel, table=True):
    """A piece of a list as it was handed in, encrypted; gone once the list was read."""

    __tablename__ = "batch_text"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    batch_id: str = Field(primary_key=True, foreign_key="batch.id")
    n: int = Field(primary_key=True)
    sealed: str


class BatchPart(SQLModel, table=True):
    """Good codes with their lines, as many as one transaction takes, encrypted; gone once they are cards."""

    __tablename__ = "batch_part"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    batch_id: str = Field(primary_key=True, foreign_key="batch.id")
    n: int = Field(primary_key=True)
    sealed: str


class BatchLine(SQLModel, table=True):
    """A line that needs a word: its verdict, and the end of its code. `first`: the line it repeats, 0 for none."""

    __tablename__ = "batch_line"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (sa.Index("ix_batch_line_verdict", "batch_id", "verdict", "line"),)
    batch_id: str = Field(primary_key=True, foreign_key="batch.id")
    line: int = Field(primary_key=True)
    verdict: LineVerdict = word(LineVerdict)
    tail: str
    first: int = 0


class CodeFile(SQLModel, table=True):
    """Codes of one product that are never sold again, taken along by an owner: the cards that name it. `cards`: how
    many. It holds no code, and is open to its maker for CODE_FILE_OPEN."""

    __tablename__ = "code_file"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (sa.Index("ix_code_file_product", "product_id", "maker_id", "created_at"),)
    id: str = Field(primary_key=True)
    product_id: int = Field(foreign_key="product.id")
    maker_id: int = Field(foreign_key="account.id")
    cards: int
    created_at: datetime = moment()


class StockWatch(SQLModel, table=True):
    """Of a product: tell its shop when fewer than `line` cards are left (None: never). `told`: "low", "out" or ""."""

    __tablename__ = "stock_watch"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    product_id: int = Field(primary_key=True, foreign_key="product.id")
    line: int | None = None
    told: str = ""
