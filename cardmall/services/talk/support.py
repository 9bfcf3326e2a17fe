"""Support: a shopper asks about one order, an admin answers; the order's state travels along (R62)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.terms import Actor, Role
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Account, Notice, Order, SupportMessage, SupportThread
from cardmall.reads.diagnosis import diagnose
from cardmall.reads.doors import order_for
from cardmall.reads.people import require
from cardmall.services.act import Act, record, touch
from cardmall.services.case.evidence import typed
from cardmall.services.talk.conversation import refuse_flood
from cardmall.services.talk.notify import tell_admins, tell_shopper

LIST = "support"  # the topic of the admins' list


def write_support(
    session: Session, actor: Actor | None, no: object, *, text: object, calendar: WorkCalendar, now: datetime
) -> None:
    """Add to an order's thread: the shopper's words with diagnostics to the admins, an admin's words to the shopper."""
    order = order_for(session, actor, no, Role.shopper, Role.admin, lock=True)
    author, words = require(actor), typed(text, required=True)
    if _is_repeated(session, order, author, words):
        return
    verb = Verb.support_answered if author.role is Role.admin else Verb.support_asked
    refuse_flood(session, author, verb, now)
    message = _message(order, author, words, now)
    if not message.by_admin:
        message.data = diagnose(session, order, calendar, now)
    session.add(message)
    act, thread = Act(author, now, order), _thread(session, order, now)
    record(session, act, verb, words)
    _tell(session, act, thread)
    _count(thread, message)
    touch(session, LIST)


def _is_repeated(session: Session, order: Order, author: Actor, words: str) -> bool:
    """The same words by the same person twice in a row, as a double click sends them, are one message."""
    wanted = select(SupportMessage).where(SupportMessage.order_id == order.id)
    last = session.exec(wanted.order_by(col(SupportMessage.id).desc())).first()
    return last is not None and (last.author_id, last.text) == (author.id, words)


def _message(order: Order, author: Actor, words: str, now: datetime) -> SupportMessage:
    by_admin = author.role is Role.admin
    return SupportMessage(order_id=order.id or 0, author_id=author.id, by_admin=by_admin, at=now, text=words)


def _thread(session: Session, order: Order, now: datetime) -> SupportThread:
    """The order's row of the list; the order's lock lets one writer make it."""
    found = session.get(SupportThread, order.id)
    if found is None:
        found = SupportThread(order_id=order.id or 0, last_at=now)
        session.add(found)
    return found


def _tell(session: Session, act: Act, thread: SupportThread) -> None:
    """One notice for all that waits unread, not one per message."""
    if act.actor.role is Role.admin and not thread.unread_by_shopper:
        tell_shopper(session, act, NoticeKind.support_answered)
    if act.actor.role is Role.shopper and not thread.unread_by_admin:
        tell_admins(session, act, NoticeKind.support_asked)


def _count(thread: SupportThread, message: SupportMessage) -> None:
    """The shopper waits from the first unanswered message on; the first answer is measured once."""
    thread.last_at, thread.last_text = message.at, message.text[: limits.LAST_WORDS]
    thread.last_by_admin = message.by_admin
    if message.by_admin:
        thread.unread_by_shopper += 1
        thread.waiting_since = None
        if thread.first_asked_at:
            thread.first_answered_at = thread.first_answered_at or message.at
    else:
        thread.unread_by_admin += 1
        thread.waiting_since = thread.waiting_since or message.at
        thread.first_asked_at = thread.first_asked_at or message.at


def read_support(session: Session, actor: Actor | None, no: object, *, now: datetime) -> None:
    """The shopper, or one admin for all of them, has seen what the other side wrote."""
    order = order_for(session, actor, no, Role.shopper, Role.admin, lock=True)
    by_admin, thread = require(actor).role is Role.admin, session.get(SupportThread, order.id)
    if thread is None or not (thread.unread_by_admin if by_admin else thread.unread_by_shopper):
        return
    if by_admin:
        thread.unread_by_admin = 0
        readers = list(session.exec(select(Account.id).where(Account.role == Role.admin)))
        _read_notices(session, order, NoticeKind.support_asked, readers, now)
    else:
        thread.unread_by_shopper = 0
        _read_notices(session, order, NoticeKind.support_answered, [order.shopper_id], now)
    touch(session, LIST)


def _read_notices(
    session: Session, order: Order, kind: NoticeKind, readers: Sequence[int | None], now: datetime
) -> None:
    told = (col(Notice.account_id).in_(readers), col(Notice.order_no) == order.no)
    unread = (col(Notice.kind) == kind, col(Notice.read_at).is_(None))
    if session.connection().execute(sa.update(Notice).where(*told, *unread).values(read_at=now)).rowcount:
        touch(session, *(f"person:{reader}" for reader in readers))
