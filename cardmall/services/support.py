"""Support: a shopper asks about one order, an admin answers; the order's state travels along (R62)."""

from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.cancellation import ways
from cardmall.domain.terms import Actor, FieldError, Role, invalid
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.domain.words import said
from cardmall.models import Order, SupportMessage
from cardmall.queries.doors import order_for
from cardmall.queries.facts import facts_of
from cardmall.queries.people import require
from cardmall.services.journal import Act, record
from cardmall.services.notify import tell_admins, tell_shopper


def write_support(
    session: Session, actor: Actor | None, no: str, *, text: object, calendar: WorkCalendar, now: datetime
) -> None:
    """Add to an order's thread: the shopper's words with diagnostics to the admins, an admin's words to the shopper."""
    order = order_for(session, actor, no, Role.shopper, Role.admin, lock=True)
    author, words = require(actor), _words(text)
    if _is_repeated(session, order, author, words):
        return
    act, by_admin = Act(author, now, order), author.role is Role.admin
    state = {"status": order.status.value, "stage": order.stage.value}
    decided = {d.way.value: d.reason.value for d in ways(facts_of(session, order, calendar), now)}
    session.add(
        SupportMessage(
            order_id=order.id or 0,
            author_id=author.id,
            by_admin=by_admin,
            at=now,
            text=words,
            data={} if by_admin else state | {"ways": decided},
        )
    )
    record(session, act, Verb.support_answered if by_admin else Verb.support_asked, words)
    if by_admin:
        tell_shopper(session, act, NoticeKind.support_answered)
    else:
        tell_admins(session, act, NoticeKind.support_asked)


def _is_repeated(session: Session, order: Order, author: Actor, words: str) -> bool:
    """The same words by the same person twice in a row, as a double click sends them, are one message."""
    wanted = select(SupportMessage).where(SupportMessage.order_id == order.id)
    last = session.exec(wanted.order_by(col(SupportMessage.id).desc())).first()
    return last is not None and (last.author_id, last.text) == (author.id, words)


def _words(text: object) -> str:
    words = said(text)
    if not words:
        raise invalid(text=FieldError.required)
    if len(words) > limits.TEXT_LENGTH:
        raise invalid(text=FieldError.too_long)
    return words
