"""Support threads about one order, the admins' list of them, and what else admins should look at (R62)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Actor, CaseStatus, Role
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Case, Event, Order, Shop, SupportMessage, SupportThread
from cardmall.queries.conversation import TalkRow
from cardmall.queries.diagnosis import Diagnosis, diagnosis_of
from cardmall.queries.doors import order_for
from cardmall.queries.keys import place, read_key, write_key
from cardmall.queries.people import masked, require

_ANSWERS = 1000  # the newest ones make a median
_WAITING, _ANSWERED = "w", "a"  # the part of the list a key leads on in


@dataclass(frozen=True)
class MessageView:
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
    messages: list[MessageView] = field(default_factory=list)


@dataclass(frozen=True)
class Threads:
    """Who waits, longest first, then the answered ones, newest first; `waiting` in all; `next_key` leads on."""

    rows: list[TalkRow] = field(default_factory=list)
    waiting: int = 0
    median_minutes: int = -1
    next_key: str = ""


@dataclass(frozen=True)
class DeskRow:
    """An order that waits for an admin: why, since when."""

    order_no: str
    case_no: str
    product: str
    shop: str
    why: str
    since: datetime


def support_thread(session: Session, actor: Actor | None, no: object, *, now: datetime) -> ThreadView:
    """The thread of an order: its shopper and admins only."""
    order = order_for(session, actor, no, Role.shopper, Role.admin)
    viewer, thread = require(actor), session.get(SupportThread, order.id)
    by_admin = viewer.role is Role.admin
    wanted = select(SupportMessage).where(SupportMessage.order_id == order.id).order_by(col(SupportMessage.id).desc())
    found = list(session.exec(wanted.limit(limits.MESSAGES)))[::-1]
    return ThreadView(
        order_no=order.no,
        product=order.product_name,
        status=order.status.value,
        shopper=masked(session.get_one(Account, order.shopper_id).name),
        unread=(thread.unread_by_admin if by_admin else thread.unread_by_shopper) if thread else 0,
        waiting_since=thread.waiting_since if thread else None,
        median_minutes=first_answer_minutes(session, now),
        diagnosis=_diagnosis(found) if by_admin else Diagnosis(),
        messages=[MessageView(m.by_admin, m.at, m.text) for m in found],
    )


def _diagnosis(messages: list[SupportMessage]) -> Diagnosis:
    last = next((m for m in reversed(messages) if not m.by_admin), None)
    return diagnosis_of(last.data, last.at) if last else Diagnosis()


def first_answer_minutes(session: Session, now: datetime) -> int:
    """The median wait for a first answer, of those given in the last 30 days; -1 when there was none (R74)."""
    asked, answered = col(SupportThread.first_asked_at), col(SupportThread.first_answered_at)
    wanted = select(asked, answered).where(answered > now - limits.RECORD_OF).order_by(answered.desc())
    took = sorted((end - start).total_seconds() for start, end in session.exec(wanted.limit(_ANSWERS)) if start and end)
    return int(took[len(took) // 2] // 60) if took else -1


def support_threads(session: Session, actor: Actor | None, *, after: str = "", now: datetime) -> Threads:
    """Every thread, for admins: those that wait first, by how long; then the answered, newest first."""
    require(actor, Role.admin)
    part, key = str(after)[:1], read_key(str(after)[1:])
    waits = [] if part == _ANSWERED and key else _waiting(session, key if part == _WAITING else None)
    room = limits.PAGE_SIZE + 1 - len(waits)
    rest = _answered(session, key if part == _ANSWERED else None, room) if room else []
    found = [*waits, *rest]
    page = found[: limits.PAGE_SIZE]
    count = sa.select(sa.func.count()).select_from(SupportThread).where(col(SupportThread.waiting_since).is_not(None))
    return Threads(
        rows=[_row(*one) for one in page],
        waiting=session.connection().execute(count).scalar_one(),
        median_minutes=first_answer_minutes(session, now),
        next_key=_key(page[-1][0]) if len(found) > limits.PAGE_SIZE else "",
    )


def _waiting(session: Session, key: Any) -> list[Any]:
    since, order_id = col(SupportThread.waiting_since), col(SupportThread.order_id)
    wanted = _listed().where(since.is_not(None))
    if key:
        wanted = wanted.where(sa.tuple_(since, order_id) > place(key))
    return list(session.exec(wanted.order_by(since, order_id).limit(limits.PAGE_SIZE + 1)).all())


def _answered(session: Session, key: Any, room: int) -> list[Any]:
    last, order_id = col(SupportThread.last_at), col(SupportThread.order_id)
    wanted = _listed().where(col(SupportThread.waiting_since).is_(None))
    if key:
        wanted = wanted.where(sa.tuple_(last, order_id) < place(key))
    return list(session.exec(wanted.order_by(last.desc(), order_id.desc()).limit(room)).all())


def _listed() -> Any:
    wanted = select(SupportThread, Order, Account).join(Order, col(Order.id) == SupportThread.order_id)
    return wanted.join(Account, col(Account.id) == Order.shopper_id)


def _key(thread: SupportThread) -> str:
    if thread.waiting_since:
        return _WAITING + write_key(thread.waiting_since, thread.order_id)
    return _ANSWERED + write_key(thread.last_at, thread.order_id)


def _row(thread: SupportThread, order: Order, shopper: Account) -> TalkRow:
    return TalkRow(
        no=order.no,
        product=order.product_name,
        cover=order.cover,
        shopper=masked(shopper.name),
        last_text=thread.last_text,
        last_at=thread.last_at,
        unread=thread.unread_by_admin,
        waiting_since=thread.waiting_since,
    )


def desk(session: Session, actor: Actor | None) -> list[DeskRow]:
    """What waits for an admin, oldest first: overdue cases, flagged orders, unanswered threads."""
    require(actor, Role.admin)
    rows = [*_overdue(session), *_abnormal(session), *_unanswered(session)]
    return sorted(rows, key=lambda row: row.since)[: limits.LIST_SIZE]


def _overdue(session: Session) -> list[DeskRow]:
    """Since the deadline was missed; the case's own deadline is by then the end of the grace."""
    wanted = select(col(Event.at), Case, Order, Shop.name).join(Case, col(Case.id) == Event.case_id)
    wanted = wanted.join(Order, col(Order.id) == Case.order_id).join(Shop, col(Shop.id) == Case.shop_id)
    wanted = wanted.where(Event.verb == Verb.case_overdue, Case.status == CaseStatus.overdue)
    found = session.exec(wanted.order_by(col(Event.at)).limit(limits.LIST_SIZE))
    return [DeskRow(o.no, c.no, o.product_name, shop, "overdue", at) for at, c, o, shop in found]


def _abnormal(session: Session) -> list[DeskRow]:
    wanted = select(Order, Shop.name).join(Shop, col(Shop.id) == Order.shop_id).where(col(Order.abnormal).is_not(None))
    return [
        DeskRow(o.no, "", o.product_name, shop, o.abnormal.value if o.abnormal else "", o.deliver_at or o.created_at)
        for o, shop in session.exec(wanted.order_by(col(Order.id)).limit(limits.LIST_SIZE))
    ]


def _unanswered(session: Session) -> list[DeskRow]:
    since = col(SupportThread.waiting_since)
    wanted = select(since, Order, Shop.name).join(Order, col(Order.id) == SupportThread.order_id)
    wanted = wanted.join(Shop, col(Shop.id) == Order.shop_id).where(since.is_not(None))
    found = session.exec(wanted.order_by(since, col(SupportThread.order_id)).limit(limits.LIST_SIZE))
    return [DeskRow(o.no, "", o.product_name, shop, "support", at) for at, o, shop in found if at]
