"""What refunds and the ledger say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cardmall.domain.jobs import JobKind
from cardmall.domain.ledger import LedgerAccount
from cardmall.domain.refunding import Sending
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    Channel,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
)
from cardmall.models import Case, Job, Order, Payment, Posting, Refund, Transfer


@dataclass(frozen=True)
class PaymentCall:
    """What a channel must be told to open a payment; `status` is where ours stands."""

    no: str
    source: Channel
    amount: int
    status: PaymentStatus
    created_at: datetime


def frozen(order_id: Any) -> sa.ColumnElement[bool]:
    """The shop's money of this order stands still: a case is open (R66), or an offer to somebody else."""
    in_case = sa.exists().where(col(Case.order_id) == order_id, col(Case.status).in_(OPEN_CASE))
    return sa.or_(in_case, on_offer(order_id))


def on_offer(order_id: Any) -> sa.ColumnElement[bool]:
    """An offer of this order to somebody else is open."""
    return sa.exists().where(col(Transfer.order_id) == order_id, col(Transfer.status).in_(OPEN_TRANSFER))


def held_for(order_id: Any) -> sa.ScalarSelect[int]:
    """What the ledger holds for this order, in fen; of an order with no postings NULL."""
    escrow = (col(Posting.order_id) == order_id, col(Posting.account) == LedgerAccount.escrow)
    return sa.select(sa.func.sum(col(Posting.amount))).where(*escrow).scalar_subquery()


def live_refunds(wanted: Any) -> list[sa.Select[Any]]:
    """`wanted` of the refunds on their way, by the index."""
    return refunds_in(wanted, LIVE_REFUND)


def refunds_in(wanted: Any, statuses: Iterable[RefundStatus]) -> list[sa.Select[Any]]:
    """`wanted` of the refunds in these statuses: one search for each, by the index; asked for several at once,
    SQLite reads the whole table when few statuses occur in it."""
    return [sa.select(wanted).where(col(Refund.status) == status) for status in sorted(statuses)]


def ownerless() -> sa.ColumnElement[bool]:
    """Of a payment and its order: captured, and nothing accounts for it (R3). The order is closed and knows neither
    refund nor case; or it was paid a second time, and that was not sent back.

    Whoever searches all orders asks beside it for what is still held: only those have an index.
    """
    has = lambda kind: sa.exists().where(col(kind.order_id) == col(Payment.order_id))  # noqa: E731
    alone = col(Order.status).in_((OrderStatus.canceled, OrderStatus.expired)) & ~has(Refund) & ~has(Case)
    first = aliased(Payment)
    earlier = sa.tuple_(col(first.captured_at), col(first.id)) < sa.tuple_(col(Payment.captured_at), col(Payment.id))
    second = sa.exists().where(
        col(first.order_id) == col(Payment.order_id),
        col(first.status) == PaymentStatus.captured,
        ~col(first.odd),
        earlier,
    )
    returned = sa.exists().where(col(Refund.payment_id) == col(Payment.id))
    return (col(Payment.status) == PaymentStatus.captured) & sa.or_(alone, second & ~returned)


def payment_call(session: Session, no: str) -> PaymentCall:
    payment = session.exec(select(Payment).where(Payment.no == no)).one()
    return PaymentCall(payment.no, payment.channel, payment.amount, payment.status, payment.created_at)


def unheard_payments(session: Session, order_id: int, now: datetime) -> Sequence[str]:
    """Of an unpaid order whose time is over: the open payments of which nobody has heard that money is on its way."""
    of_it = (col(Order.id) == order_id, col(Order.status) == OrderStatus.pending_payment, col(Order.pay_by) <= now)
    wanted = select(Payment.no).join(Order, col(Order.id) == Payment.order_id).where(*of_it)
    open_ones = (Payment.status == PaymentStatus.pending, col(Payment.paying_since).is_(None))
    return session.exec(wanted.where(*open_ones).order_by(col(Payment.id))).all()


@dataclass(frozen=True)
class RefundCall:
    """What a channel must be told to send a refund, or to be asked about it; `status` is where ours stands.

    `destination` is still sealed; `before`: the numbers it was redirected from, the nearest first. `sends`: how often
    the channel was called to send it; `sending`: it may be in such a call now, or is about to be.
    """

    no: str
    payment_no: str
    amount: int
    status: RefundStatus
    sent_at: datetime | None
    destination: str = ""
    before: tuple[str, ...] = ()
    in_doubt: bool = False
    sends: int = 0
    sending: bool = False

    @property
    def is_open(self) -> bool:
        """The channel has it, or may have it, and has not settled it; or what it said last is in doubt."""
        return self.in_doubt or self.status in (RefundStatus.sent, RefundStatus.processing)


def refund_call(session: Session, no: str) -> RefundCall:
    wanted = select(Refund, Payment.no).join(Payment, col(Payment.id) == Refund.payment_id)
    refund, payment_no = session.exec(wanted.where(Refund.no == no)).one()
    known = (refund.no, payment_no, refund.amount, refund.status, refund.sent_at, refund.destination)
    sends = {"sends": refund.sends, "sending": bool(waiting_jobs(session, JobKind.send_refund, no))}
    return RefundCall(*known, before=tuple(_before(session, refund)), in_doubt=_in_doubt(refund), **sends)


def _in_doubt(refund: Refund) -> bool:
    """Given up after it was sent: did it come to nothing? Arrived, and a failure heard since: did it come back?"""
    if refund.status is RefundStatus.needs_attention:
        return refund.sent_at is not None and refund.failed_at is None and refund.burnt_at is None
    return refund.status is RefundStatus.succeeded and refund.doubted_at is not None and refund.returned_at is None


def _before(session: Session, refund: Refund) -> Iterator[str]:
    """However often it was redirected: any of these numbers may have been paid out after all, and not come back."""
    one: Refund | None = refund
    while one and one.predecessor_id:
        one = session.get(Refund, one.predecessor_id)
        if one and one.bounced_at is None:
            yield one.no


_AT_THE_CHANNEL = (RefundStatus.sent, RefundStatus.processing, RefundStatus.succeeded)


def sending_of(session: Session, refund: Refund, payment: Payment) -> Sending:
    """What decides whether it may be sent now: what became of the payment's other refunds."""
    wanted = select(Refund).where(Refund.payment_id == payment.id, Refund.id != refund.id)
    sent = [other for other in session.exec(wanted) if other.sent_at]
    return Sending(
        channel=payment.channel,
        captured_at=payment.captured_at or payment.created_at,
        parts=sum(other.status in _AT_THE_CHANNEL for other in sent),
        last_sent_at=max((other.sent_at for other in sent if other.sent_at), default=None),
        redirected=bool(refund.predecessor_id),
    )


def waiting_jobs(session: Session, kind: JobKind, no: str, *, of: str = "refund") -> Sequence[Job]:
    """Of this kind, about the refund or payment of this number."""
    about = sa.type_coerce(Job.args, sa.JSON)[of].as_string() == no
    return session.exec(select(Job).where(Job.kind == kind, Job.state == "open", about)).all()


def owed_by(session: Session, shop_id: int) -> int:
    """What the platform advanced for the shop and has not got back, in fen."""
    platform = (col(Posting.shop_id) == shop_id, col(Posting.account) == LedgerAccount.platform)
    advanced = sa.select(sa.func.coalesce(-sa.func.sum(col(Posting.amount)), 0)).where(*platform)
    return session.connection().execute(advanced).scalar_one()


def owed_to_shopper(session: Session, order: Order) -> int:
    """Refunds on their way, in fen."""
    live = sa.select(sa.func.coalesce(sa.func.sum(col(Refund.amount)), 0)).where(
        col(Refund.order_id) == order.id, col(Refund.status).in_(LIVE_REFUND)
    )
    return session.connection().execute(live).scalar_one()


def sum_of(amount: Any, *which: Any) -> sa.ColumnElement[int]:
    """The sum of `amount` over these rows; 0 of none."""
    return sa.select(sa.func.coalesce(sa.func.sum(amount), 0)).where(*which).scalar_subquery()


HELD = sum_of(
    col(Posting.amount),
    col(Posting.order_id) == sa.bindparam("order"),
    col(Posting.account) == LedgerAccount.escrow,
)
_OWED = sum_of(col(Refund.amount), col(Refund.order_id) == sa.bindparam("order"), col(Refund.status).in_(LIVE_REFUND))
_SPARE = sa.select(HELD - _OWED)
_OF_SHOPS = (LedgerAccount.shop, LedgerAccount.fees, LedgerAccount.platform)  # the last: what was advanced for it


def spare_of(session: Session, order: Order) -> int:
    """What is held for this order beyond the refunds on their way, in fen; below 0: what is lacking."""
    return session.connection().execute(_SPARE, {"order": order.id}).scalar_one()


def sales_of(session: Session, shop_id: int) -> int:
    """What a shop was paid as sales, less what was repaid out of them, in fen."""
    its = (col(Posting.shop_id) == shop_id, col(Posting.account) == LedgerAccount.shop)
    return session.connection().execute(sa.select(sum_of(col(Posting.amount), *its))).scalar_one()


def balance_of(session: Session, shop_id: int) -> int:
    """What a shop was paid and has not to pay back, in fen; below 0: it owes."""
    # Of the postings themselves: a day may be closed between a look at what is carried forward and one at the rest.
    its = (col(Posting.shop_id) == shop_id, col(Posting.account).in_(_OF_SHOPS))
    return session.connection().execute(sa.select(sum_of(col(Posting.amount), *its))).scalar_one()
