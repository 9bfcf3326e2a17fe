"""Support: a shopper asks about one order, an admin answers; the order's state travels along (R62)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Actor, Role
from cardmall.domain.topics import SUPPORT, person_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Account, Notice, Order, SupportMessage, SupportThread
from cardmall.reads.diagnosis import diagnose
from cardmall.reads.doors import order_for
from cardmall.services.act import Act, record
from cardmall.services.case.evidence import typed_words
from cardmall.services.ending import touch
from cardmall.services.talk.conversation import refuse_flood
from cardmall.services.talk.notify import tell_admins, tell_shopper


def write_support(act: Act, no: object, *, text: object) -> None:
    """Add to an order's thread: the shopper's words with diagnostics to the admins, an admin's words to the shopper."""
    order = order_for(act, no, Role.shopper, Role.admin, lock=True)
    author, words = act.who, typed_words(text, required=True)
    if _is_repeated(act.session, order, author, words):
        return
    verb = Verb.support_answered if author.role is Role.admin else Verb.support_asked
    refuse_flood(act, author, verb)
    message = _message(order, author, words, act.now)
    if not message.by_admin:
        message.data = diagnose(act.session, order, act.now)
    act.session.add(message)
    act, thread = act.on(order=order), _thread(act, order)
    record(act, verb, words)
    _tell(act, thread)
    _count(thread, message)
    touch(act.session, SUPPORT)


def _is_repeated(session: Session, order: Order, author: Actor, words: str) -> bool:
    """The same words by the same person twice in a row, as a double click sends them, are one message."""
    wanted = select(SupportMessage).where(SupportMessage.order_id == order.id)
    last = session.exec(wanted.order_by(col(SupportMessage.id).desc())).first()
    return last is not None and (last.author_id, last.text) == (author.id, words)


def _message(order: Order, author: Actor, words: str, now: datetime) -> SupportMessage:
    by_admin = author.role is Role.admin
    return SupportMessage(order_id=order.id or 0, author_id=author.id, by_admin=by_admin, at=now, text=words)


def _thread(act: Act, order: Order) -> SupportThread:
    """The order's row of the list; the order's lock lets one writer make it."""
    found = act.session.get(SupportThread, order.id)
    if found is None:
        found = SupportThread(order_id=order.id or 0, last_at=act.now)
        act.session.add(found)
    return found


def _tell(act: Act, thread: SupportThread) -> None:
    """One notice for all that waits unread, not one per message."""
    if act.who.role is Role.admin and not thread.unread_by_shopper:
        tell_shopper(act, NoticeKind.support_answered)
    if act.who.role is Role.shopper and not thread.unread_by_admin:
        tell_admins(act, NoticeKind.support_asked)


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


def read_support(act: Act, no: object) -> None:
    """The shopper, or one admin for all of them, has seen what the other side wrote."""
    order = order_for(act, no, Role.shopper, Role.admin, lock=True)
    by_admin, thread = act.who.role is Role.admin, act.session.get(SupportThread, order.id)
    if thread is None or not (thread.unread_by_admin if by_admin else thread.unread_by_shopper):
        return
    if by_admin:
        thread.unread_by_admin = 0
        readers = list(act.session.exec(select(Account.id).where(Account.role == Role.admin)))
        _read_notices(act, order, NoticeKind.support_asked, readers)
    else:
        thread.unread_by_shopper = 0
        _read_notices(act, order, NoticeKind.support_answered, [order.shopper_id])
    touch(act.session, SUPPORT)


def _read_notices(act: Act, order: Order, kind: NoticeKind, readers: Sequence[int | None]) -> None:
    told = (col(Notice.account_id).in_(readers), col(Notice.order_no) == order.no)
    unread = (col(Notice.kind) == kind, col(Notice.read_at).is_(None))
    if act.session.connection().execute(sa.update(Notice).where(*told, *unread).values(read_at=act.now)).rowcount:
        touch(act.session, *(person_topic(reader) for reader in readers))
