"""Cases: a shopper's request on one order."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.terms import OPEN_CASE, CaseKind, CaseReason, CaseStatus, RejectReason
from cardmall.models.columns import fen, maybe_moment, moment, word

_OPEN = sa.text("status IN ({})".format(", ".join(f"'{s.value}'" for s in sorted(OPEN_CASE))))


class Case(SQLModel, table=True):
    """One request and its answer. `paid`, `fee`, `amount` (fen) are what the shopper was shown when asking."""

    __tablename__ = "case"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        *fen("paid", "fee", "amount"),
        sa.Index("uq_one_open_case", "order_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_case_queue", "shop_id", "status", "deadline", "id"),
        sa.Index("ix_case_order", "order_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    order_id: int = Field(foreign_key="order.id")
    shop_id: int = Field(foreign_key="shop.id")
    kind: CaseKind = word(CaseKind)
    status: CaseStatus = word(CaseStatus)
    reason: CaseReason = word(CaseReason)
    text: str = ""
    pieces: int
    paid: int
    fee: int
    amount: int
    opened_at: datetime = moment()
    deadline: datetime = moment()
    estimated: bool = False
    ended_at: datetime | None = maybe_moment()
    reject_reason: RejectReason | None = word(RejectReason, nullable=True)
    reject_text: str = ""
