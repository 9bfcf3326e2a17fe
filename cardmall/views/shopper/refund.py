"""A refund like a parcel: where it is, where it goes, when it arrives, and what stands in its way (R57-R59)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.jobs import JobKind
from cardmall.domain.refunding import is_expected, is_late_refund, stuck_by
from cardmall.domain.rules.refunds import RefundAct, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import REPLACED_REFUND, Actor, RefundStatus, Role
from cardmall.models import Payment, Refund
from cardmall.reads.doors import refund_for
from cardmall.reads.look import Look
from cardmall.reads.money import waiting_jobs
from cardmall.reads.people import require
from cardmall.reads.refunds import refund_facts
from cardmall.reads.whole import payments_and_refunds
from cardmall.views.gifts import GiftTold
from cardmall.views.shopper.timeline import ProgressStep

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
    gift: GiftTold = field(default_factory=GiftTold)


@dataclass(frozen=True)
class RefundPage:
    """The tracker. `others`: the order's other refunds, oldest first. `retry_at`: when a failed one is sent again.

    `predecessor` and `successor` are numbers, "" for none; `may_redirect`: the viewer may name another account.
    """

    one: RefundView = field(default_factory=RefundView)
    others: list[RefundView] = field(default_factory=list)
    steps: list[ProgressStep] = field(default_factory=list)
    order_no: str = ""
    product: str = ""
    predecessor: str = ""
    successor: str = ""
    retry_at: datetime | None = None
    redirect_asked: bool = False
    may_redirect: bool = False
    mine: bool = False


def refund_page(look: Look, no: object) -> RefundPage:
    refund, order = refund_for(look, no)
    viewer = require(look.who)
    payments, refunds = payments_and_refunds(look.session, [order])
    paid, found = payments[order.id or 0], refunds[order.id or 0]
    views = {view.no: view for view in refund_views(viewer, found, paid, look.world.calendar, look.now)}
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
        retry_at=_retry_at(look.session, refund),
        redirect_asked=refund.redirect_asked_at is not None,
        may_redirect=may(RefundAct.redirect, standing(viewer), refund_facts(refund), look.now).is_open,
        mine=viewer.role is Role.shopper,
    )


def refund_views(
    viewer: Actor,
    refunds: Sequence[Refund],
    payments: Sequence[Payment],
    calendar: WorkCalendar,
    now: datetime,
    *,
    gifts: Mapping[int | None, GiftTold] | None = None,
) -> list[RefundView]:
    """As this person may see them, in the order given; `payments`: those they go back to are among them. `gifts`: what
    was given unasked, by case, for a page that tells it."""
    paid, given = {payment.id: payment for payment in payments}, gifts or {}
    views = [(one, _view(viewer, one, paid[one.payment_id], calendar, now)) for one in refunds]
    return [replace(view, gift=given.get(one.case_id, GiftTold())) for one, view in views]


def _view(viewer: Actor, refund: Refund, payment: Payment, calendar: WorkCalendar, now: datetime) -> RefundView:
    late = refund.status in _ON_ITS_WAY and is_late_refund(refund.expected_at, calendar, now)
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


def parcel(refund: Refund) -> list[ProgressStep]:
    """Platform, channel, bank or wallet; one that was redirected ends at the platform."""
    if refund.status in REPLACED_REFUND:
        return [ProgressStep("platform", "done", refund.created_at), ProgressStep("redirected", "done")]
    points = [("platform", refund.created_at), ("channel", refund.sent_at), ("arrival", arrived_at(refund))]
    reached = _REACHED.get(refund.status, 1)
    standing = lambda n: "done" if n < reached else "now" if n == reached else "next"  # noqa: E731
    return [ProgressStep(code, standing(n), at) for n, (code, at) in enumerate(points)]


def _retry_at(session: Session, refund: Refund) -> datetime | None:
    """When the same number is sent again, while it stands failed."""
    if refund.status is not RefundStatus.failed:
        return None
    return min((job.due_at for job in waiting_jobs(session, JobKind.send_refund, refund.no)), default=None)
