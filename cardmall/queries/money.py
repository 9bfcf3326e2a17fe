"""What refunds and the ledger say."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.models import Payment, Posting, Refund


@dataclass(frozen=True)
class RefundCall:
    """What a channel must be told to send a refund."""

    no: str
    payment_no: str
    amount: int


def refund_call(session: Session, no: str) -> RefundCall:
    wanted = select(Refund.no, Payment.no, Refund.amount).join(Payment, col(Payment.id) == Refund.payment_id)
    return RefundCall(*session.exec(wanted.where(Refund.no == no)).one())


def trial_balance(session: Session) -> dict[str, int]:
    """Fen on every account; the values sum to 0."""
    wanted = sa.select(col(Posting.account), sa.func.sum(col(Posting.amount))).group_by(col(Posting.account))
    return {account.value: total for account, total in session.connection().execute(wanted)}
