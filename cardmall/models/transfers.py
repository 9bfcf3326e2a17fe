"""Transfers: an order offered to somebody else (R53)."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.address import AddressKind
from cardmall.domain.rules.transfers import TransferEnd
from cardmall.domain.terms import OPEN_TRANSFER, TransferStatus
from cardmall.models.columns import maybe_moment, moment, word

_OPEN = sa.text("status IN ({})".format(", ".join(f"'{s.value}'" for s in sorted(OPEN_TRANSFER))))


class Transfer(SQLModel, table=True):
    """One offer of one order. `address`: normalised; whoever proved it may answer, whether an account has it or not.

    `receiver_id`: who agreed for it. `deadline`: silence ends the offer then. `new_order_id`: the receiver's order,
    placed when both agreed. `amount` in fen: what the old order cost.
    """

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="ck_transfer_amount"),
        sa.Index("uq_one_open_transfer", "order_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_transfer_order", "order_id", "id"),
        sa.Index("ix_transfer_shop", "shop_id", "status", "deadline"),
        sa.Index("ix_transfer_address", "address", "status"),
    )
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    order_id: int = Field(foreign_key="order.id")
    shop_id: int = Field(foreign_key="shop.id")
    kind: AddressKind = word(AddressKind)
    address: str
    receiver_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    status: TransferStatus = word(TransferStatus)
    amount: int
    created_at: datetime = moment()
    deadline: datetime = moment()
    receiver_agreed_at: datetime | None = maybe_moment()
    merchant_agreed_at: datetime | None = maybe_moment()
    accepted_at: datetime | None = maybe_moment()
    new_order_id: int | None = Field(default=None, foreign_key="order.id", unique=True)
    ended_at: datetime | None = maybe_moment()
    ended_why: TransferEnd | None = word(TransferEnd, nullable=True)
