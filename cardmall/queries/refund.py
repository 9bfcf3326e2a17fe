"""A refund like a parcel: where it is, where it goes, when it arrives, and what stands in its way (R57-R59)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.refunding import Hindrance, Stuck, is_expected, is_late, is_redirectable, may_send_again, stuck_by
from cardmall.domain.terms import REPLACED_REFUND, Actor, RefundStatus, Role
from cardmall.models import Order, Payment, Refund
from cardmall.queries.doors import refund_for
from cardmall.queries.money import waiting_jobs
from cardmall.queries.people import require
from cardmall.queries.timeline import Step

_ON_ITS_WAY = (RefundStatus.sent, RefundStatus.processing)


@dataclass(frozen=True)
class RefundView:
    """Money in fen; accounts masked, and hidden from the shop. `channel` is what it travels to.

    `state` is what its sentence tells: the status, or late. `hindrance`: why it last failed, "" once that is over.
    """

    no: str = ""
    amount: int = 0
    status: str = ""
    state: str = ""
    cause: str = ""
    channel: str = ""
    payer: str = ""
    trace_no: str = ""
    hindrance: str = ""
    created_at: datetime | None = None
    sent_at: datetime | None = None
    expected_at: datetime | None = None  # None while it stands still
    succeeded_at: datetime | None = None
    late: bool = False  # on its way, and three business days past the expected arrival (R58)


@dataclass(frozen=True)
class RefundPage:
    """The tracker. `others`: the order's other refunds, oldest first. `retry_at`: when a failed one is sent again.

    `predecessor` and `successor` are numbers, "" for none; `may_redirect`: the viewer may name another account.
    """

    one: RefundView = field(default_factory=RefundView)
    others: list[RefundView] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    order_no: str = ""
    product: str = ""
    predecessor: str = ""
    successor: str = ""
    retry_at: datetime | None = None
    redirect_asked: bool = False
    may_redirect: bool = False
    mine: bool = False


def may_redirect(refund: Refund) -> bool:
    """Its money surely did not go back, and another account helps; what the bank returned needs one, too."""
    stuck = _stuck(refund)
    return is_redirectable(stuck) if stuck else refund.status is RefundStatus.bounced


def may_resend(refund: Refund) -> bool:
    """It needs a person, and its own number may be sent once more."""
    stuck = _stuck(refund)
    return refund.status is RefundStatus.needs_attention and (stuck is None or may_send_again(stuck))


def _stuck(refund: Refund) -> Stuck | None:
    if refund.status is not RefundStatus.needs_attention or refund.hindrance is None:
        return None
    return _proof(refund, refund.hindrance)


def _proof(refund: Refund, hindrance: Hindrance) -> Stuck:
    told = {"failed": refund.failed_at is not None, "burnt": refund.burnt_at is not None}
    return Stuck(hindrance, refund.sent_at is not None, **told, asked_for=refund.redirect_asked_at is not None)


_STANDS = (RefundStatus.requested, RefundStatus.failed, RefundStatus.needs_attention)


def is_unpaid(refund: Refund) -> bool:
    """Its money is surely not with the shopper: never sent, proven by the channel, or returned by the bank."""
    if refund.status is RefundStatus.bounced:
        return True
    return refund.status in _STANDS and _proof(refund, Hindrance.busy).is_unpaid


def was_paid_anyway(refund: Refund) -> bool:
    """Another number stands for its money, and it was paid all the same; no bank returned it."""
    return refund.status in REPLACED_REFUND and refund.succeeded_at is not None and refund.bounced_at is None


def predecessors(refund: Refund, of_order: Sequence[Refund]) -> Iterator[Refund]:
    """The refunds it was redirected from, the nearest first; `of_order`: all refunds of its order."""
    known, one = {other.id: other for other in of_order}, refund
    while one.predecessor_id and one.predecessor_id in known:
        one = known[one.predecessor_id]
        yield one


def heir_of(refund: Refund, of_order: Sequence[Refund]) -> Refund:
    """The last number its money was redirected to; `refund` itself when it was never redirected."""
    after = {other.predecessor_id: other for other in of_order if other.predecessor_id}
    while refund.id in after:
        refund = after[refund.id]
    return refund


def arrived_before(session: Session, refund: Refund) -> Refund | None:
    """The nearest number `refund` was redirected from that was paid all the same."""
    if refund.predecessor_id is None:
        return None
    of_order = session.exec(select(Refund).where(Refund.order_id == refund.order_id)).all()
    return next(filter(was_paid_anyway, predecessors(refund, of_order)), None)


def refund_page(
    session: Session, actor: Actor | None, no: object, *, calendar: WorkCalendar, now: datetime
) -> RefundPage:
    refund, order = refund_for(session, actor, no)
    viewer = require(actor)
    found = refunds_of(session, order)
    views = {view.no: view for view in refund_views(session, viewer, found, calendar, now)}
    before = next((other.no for other in found if other.id == refund.predecessor_id), "")
    after = next((other.no for other in found if other.predecessor_id == refund.id), "")
    return RefundPage(
        one=views.pop(refund.no),
        others=list(views.values()),
        steps=parcel(refund),
        order_no=order.no,
        product=order.product_name,
        predecessor=before,
        successor=after,
        retry_at=_retry_at(session, refund),
        redirect_asked=refund.redirect_asked_at is not None,
        may_redirect=viewer.role is Role.shopper and may_redirect(refund),
        mine=viewer.role is Role.shopper,
    )


def refunds_of(session: Session, order: Order) -> Sequence[Refund]:
    """Oldest first."""
    return session.exec(select(Refund).where(Refund.order_id == order.id).order_by(col(Refund.id))).all()


def refund_views(
    session: Session, viewer: Actor, refunds: Sequence[Refund], calendar: WorkCalendar, now: datetime
) -> list[RefundView]:
    """As this person may see them, in the order given."""
    wanted = select(Payment).where(col(Payment.id).in_({refund.payment_id for refund in refunds}))
    payments = {payment.id: payment for payment in session.exec(wanted)} if refunds else {}
    return [_view(viewer, one, payments[one.payment_id], calendar, now) for one in refunds]


def _view(viewer: Actor, refund: Refund, payment: Payment, calendar: WorkCalendar, now: datetime) -> RefundView:
    late = refund.status in _ON_ITS_WAY and is_late(refund.expected_at, calendar, now)
    kind = refund.destination_kind
    payer = refund.destination_hint if kind else payment.payer
    return RefundView(
        no=refund.no,
        amount=refund.amount,
        status=refund.status.value,
        state="late" if late else refund.status.value,
        cause=refund.cause.value,
        channel=kind.value if kind else payment.channel.value,
        payer="" if viewer.role is Role.merchant else payer,
        trace_no=refund.trace_no,
        hindrance=_hindrance(refund),
        created_at=refund.created_at,
        sent_at=refund.sent_at,
        expected_at=refund.expected_at if is_expected(refund.status) else None,
        succeeded_at=arrived_at(refund),
        late=late,
    )


def arrived_at(refund: Refund) -> datetime | None:
    """When its money arrived; None also for one that was returned since, or that another number stands for."""
    return refund.succeeded_at if refund.status is RefundStatus.succeeded else None


def _hindrance(refund: Refund) -> str:
    """A refund that stands still is stuck by what is final, or by having used its tries."""
    if refund.hindrance is None or refund.status in (RefundStatus.succeeded, RefundStatus.bounced):
        return ""
    stuck = refund.status is RefundStatus.needs_attention
    return (stuck_by(refund.hindrance) if stuck else refund.hindrance).value


_REACHED = {RefundStatus.processing: 2, RefundStatus.succeeded: 3, RefundStatus.bounced: 2}


def parcel(refund: Refund) -> list[Step]:
    """Platform, channel, bank or wallet; one that was redirected ends at the platform."""
    if refund.status in REPLACED_REFUND:
        return [Step("platform", "done", refund.created_at), Step("redirected", "done")]
    points = [("platform", refund.created_at), ("channel", refund.sent_at), ("arrival", arrived_at(refund))]
    reached = _REACHED.get(refund.status, 1)
    standing = lambda n: "done" if n < reached else "now" if n == reached else "next"  # noqa: E731
    return [Step(code, standing(n), at) for n, (code, at) in enumerate(points)]


def _retry_at(session: Session, refund: Refund) -> datetime | None:
    """When the same number is sent again, while it stands failed."""
    if refund.status is not RefundStatus.failed:
        return None
    return min((job.due_at for job in waiting_jobs(session, "send_refund", refund.no)), default=None)
