"""What refunds and the ledger say."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.terms import Channel, PaymentStatus, RefundStatus
from cardmall.models import Payment, Posting, Refund


@dataclass(frozen=True)
class PaymentCall:
    """What a channel must be told to open a payment; `status` is where ours stands."""

    no: str
    source: Channel
    amount: int
    status: PaymentStatus
    created_at: datetime


def payment_call(session: Session, no: str) -> PaymentCall:
    payment = session.exec(select(Payment).where(Payment.no == no)).one()
    return PaymentCall(payment.no, payment.channel, payment.amount, payment.status, payment.created_at)


@dataclass(frozen=True)
class RefundCall:
    """What a channel must be told to send a refund; `status` is where ours stands."""

    no: str
    payment_no: str
    amount: int
    status: RefundStatus

    @property
    def is_due(self) -> bool:
        """False once it has arrived, or while a person must look first."""
        return self.status in (RefundStatus.requested, RefundStatus.sent, RefundStatus.failed)


def refund_call(session: Session, no: str) -> RefundCall:
    wanted = select(Refund, Payment.no).join(Payment, col(Payment.id) == Refund.payment_id)
    refund, payment_no = session.exec(wanted.where(Refund.no == no)).one()
    return RefundCall(refund.no, payment_no, refund.amount, refund.status)


def trial_balance(session: Session) -> dict[str, int]:
    """Fen on every account; the values sum to 0."""
    wanted = sa.select(col(Posting.account), sa.func.sum(col(Posting.amount))).group_by(col(Posting.account))
    return {account.value: total for account, total in session.connection().execute(wanted)}
