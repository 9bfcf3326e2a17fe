"""Support threads about one order, the admins' list of them, and what else admins should look at (R62)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.models import Account, Order, SupportMessage, SupportThread
from cardmall.reads.diagnosis import Diagnosis, diagnosis_of
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.views.admin.support import first_answer_minutes


@dataclass(frozen=True)
class SupportMessageView:
    by_admin: bool
    at: datetime
    text: str


@dataclass(frozen=True)
class ThreadView:
    """One order's talk with support, oldest first. `shopper` is masked; `unread` counts what the viewer has not seen.

    `diagnosis`: what travelled with the shopper's newest message, for admins only. `median_minutes`: how long first
    answers took in the last 30 days, -1 = none.
    """

    order_no: str = ""
    product: str = ""
    status: str = ""
    shopper: str = ""
    unread: int = 0
    waiting_since: datetime | None = None
    median_minutes: int = -1
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    messages: list[SupportMessageView] = field(default_factory=list)


def support_thread(look: Look, no: object) -> ThreadView:
    """The thread of an order: its shopper and admins only."""
    order = order_for(look, no, Role.shopper, Role.admin)
    viewer, (shopper, thread) = require(look.who), _around(look.session, order)
    by_admin = viewer.role is Role.admin
    wanted = select(SupportMessage).where(SupportMessage.order_id == order.id).order_by(col(SupportMessage.id).desc())
    found = list(look.session.exec(wanted.limit(limits.MESSAGES)))[::-1]
    return ThreadView(
        order_no=order.no,
        product=order.product_name,
        status=order.status.value,
        shopper=masked(shopper),
        unread=(thread.unread_by_admin if by_admin else thread.unread_by_shopper) if thread else 0,
        waiting_since=thread.waiting_since if thread else None,
        median_minutes=first_answer_minutes(look.session, look.now),
        diagnosis=_diagnosis(found) if by_admin else Diagnosis(),
        messages=[SupportMessageView(m.by_admin, m.at, m.text) for m in found],
    )


def _around(session: Session, order: Order) -> tuple[str, SupportThread | None]:
    """The shopper's name, and the thread, if anything was written."""
    joined = select(Account.name, SupportThread).outerjoin(SupportThread, col(SupportThread.order_id) == order.id)
    return session.exec(joined.where(Account.id == order.shopper_id)).one()


def _diagnosis(messages: list[SupportMessage]) -> Diagnosis:
    last = next((m for m in reversed(messages) if not m.by_admin), None)
    return diagnosis_of(last.data, last.at) if last else Diagnosis()
