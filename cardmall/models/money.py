"""Payments, refunds and the ledger.

A row here is the intention; its number is the idempotency key for every retry (R81).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.refunding import DestinationKind, Hindrance
from cardmall.domain.terms import Channel, PaymentStatus, RefundCause, RefundStatus
from cardmall.models.columns import maybe_moment, moment, word

_RETURNED = sa.text("returned_at IS NOT NULL")


class Payment(SQLModel, table=True):
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="ck_payment_amount"),
        sa.Index("ix_payment_captured", "captured_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    order_id: int = Field(foreign_key="order.id", index=True)
    channel: Channel = word(Channel)
    status: PaymentStatus = word(PaymentStatus)
    amount: int
    created_at: datetime = moment()
    captured_at: datetime | None = maybe_moment()
    trade_no: str = ""
    payer: str = ""  # masked by the channel
    paying_since: datetime | None = maybe_moment()  # the channel says that the money is on its way
    odd: bool = False  # it took another amount than asked: `amount` is what it took, and goes back whole


class Refund(SQLModel, table=True):
    """`sent_at`: when it last left; `hindrance` and `trouble` (the channel's own code): why it last failed.

    A redirected one is named by its successor's `predecessor_id`: at most one. `destination` is sealed; shown is
    only `destination_hint`.
    What the channel said when asked about the number: `failed_at` that it failed, `missing_at` for the first time that
    it knows no such number, `burnt_at` for the second time. `doubted_at`: a failure or a return was heard of
    what had succeeded; `returned_at`: asked about it, the channel said so, too; `stated_at`: a statement or an admin
    said that it came back, perhaps before anybody heard that it had arrived.
    `bounced_at`: when both did, and it was booked.
    One that was replaced (redirected or dropped) and has a `succeeded_at` but no `bounced_at` was paid all the same;
    `written_off_at`: an admin took note of that loss.
    """

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="ck_refund_amount"),
        sa.Index("uq_refund_predecessor", "predecessor_id", unique=True),
        sa.Index("ix_refund_returned", "order_id", sqlite_where=_RETURNED, postgresql_where=_RETURNED),
        sa.Index("ix_refund_succeeded", "succeeded_at"),
        sa.Index("ix_refund_bounced", "bounced_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    order_id: int = Field(foreign_key="order.id", index=True)
    payment_id: int = Field(foreign_key="payment.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    cause: RefundCause = word(RefundCause)
    status: RefundStatus = word(RefundStatus, index=True)
    amount: int
    sends: int = 0  # calls to the channel that were to send it, ever
    failures: int = 0  # since it was requested, or an admin let it try again
    hindrance: Hindrance | None = word(Hindrance, nullable=True)
    trace_no: str = ""
    trouble: str = ""
    unlisted: int = 0  # answers with a code nobody has listed; `trouble` is the last
    predecessor_id: int | None = None
    destination: str = ""
    destination_kind: DestinationKind | None = word(DestinationKind, nullable=True)
    destination_hint: str = ""
    consented_by: int | None = None  # an account
    consented_at: datetime | None = maybe_moment()
    redirect_asked_at: datetime | None = maybe_moment()  # by an admin
    created_at: datetime = moment()
    sent_at: datetime | None = maybe_moment()
    expected_at: datetime = moment()
    succeeded_at: datetime | None = maybe_moment()
    failed_at: datetime | None = maybe_moment()
    missing_at: datetime | None = maybe_moment()
    burnt_at: datetime | None = maybe_moment()
    doubted_at: datetime | None = maybe_moment()
    returned_at: datetime | None = maybe_moment()
    stated_at: datetime | None = maybe_moment()
    bounced_at: datetime | None = maybe_moment()
    written_off_at: datetime | None = maybe_moment()


class HeardNonce(SQLModel, table=True):
    """A word a channel signed once; the same word again is a replay. Pruned once too old to pass by its time."""

    __tablename__ = "heard_nonce"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    nonce: str = Field(primary_key=True)
    at: datetime = moment(index=True)


class Posting(SQLModel, table=True):
    """One line of a balanced entry: the lines of one `entry_no` sum to 0. Append-only."""

    __table_args__ = (
        sa.UniqueConstraint("entry_no", "account", name="uq_posting_line"),
        sa.Index("ix_posting_order", "order_id", "account"),
        sa.Index("ix_posting_shop", "shop_id", "account", "order_id", "amount"),
        sa.Index("ix_posting_movement", "shop_id", "at", "id"),
        sa.Index("ix_posting_entry", "entry", "account", "amount"),
        sa.Index("ix_posting_at", "at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    entry_no: str
    entry: LedgerEntry = word(LedgerEntry)
    account: LedgerAccount = word(LedgerAccount)
    amount: int
    at: datetime = moment()
    order_id: int = Field(foreign_key="order.id")
    shop_id: int = Field(foreign_key="shop.id")
