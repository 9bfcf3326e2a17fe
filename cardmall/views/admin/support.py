"""Support's conversations."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import Role
from cardmall.models import Account, Order, SupportThread
from cardmall.reads.desks import ASKED
from cardmall.reads.keys import place, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.views.talk import TalkRow

_ANSWERS = 1000  # the newest ones make a median


_WAITING, _ANSWERED = "w", "a"  # the part of the list a key leads on in


@dataclass(frozen=True)
class Threads:
    """Who waits, longest first, then the answered ones, newest first; `waiting` in all; `next_key` leads on."""

    rows: list[TalkRow] = field(default_factory=list)
    waiting: int = 0
    median_minutes: int = -1
    next_key: str = ""


def first_answer_minutes(session: Session, now: datetime) -> int:
    """The median wait for a first answer, of those given in the last 30 days; -1 when there was none (R74)."""
    asked, answered = col(SupportThread.first_asked_at), col(SupportThread.first_answered_at)
    wanted = select(asked, answered).where(answered > now - limits.RECORD_OF).order_by(answered.desc())
    took = sorted((end - start).total_seconds() for start, end in session.exec(wanted.limit(_ANSWERS)) if start and end)
    return int(took[len(took) // 2] // 60) if took else -1


def support_threads(look: Look, *, after: str = "") -> Threads:
    """Every thread, for admins: those that wait first, by how long; then the answered, newest first."""
    require(look.who, Role.admin)
    part, key = str(after)[:1], read_key(str(after)[1:])
    waits = [] if part == _ANSWERED and key else _waiting(look.session, key if part == _WAITING else None)
    room = limits.PAGE_SIZE + 1 - len(waits)
    rest = _answered(look.session, key if part == _ANSWERED else None, room) if room else []
    found = [*waits, *rest]
    page = found[: limits.PAGE_SIZE]
    count = sa.select(sa.func.count()).select_from(SupportThread).where(ASKED)
    return Threads(
        rows=[_row(*one) for one in page],
        waiting=look.session.connection().execute(count).scalar_one(),
        median_minutes=first_answer_minutes(look.session, look.now),
        next_key=_key(page[-1][0]) if len(found) > limits.PAGE_SIZE else "",
    )


def _waiting(session: Session, key: Any) -> list[Any]:
    since, order_id = col(SupportThread.waiting_since), col(SupportThread.order_id)
    wanted = _listed().where(ASKED)
    if key:
        wanted = wanted.where(sa.tuple_(since, order_id) > place(key))
    return list(session.exec(wanted.order_by(since, order_id).limit(limits.PAGE_SIZE + 1)).all())


def _answered(session: Session, key: Any, room: int) -> list[Any]:
    last, order_id = col(SupportThread.last_at), col(SupportThread.order_id)
    wanted = _listed().where(~ASKED)
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
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        shopper=masked(shopper.name),
        last_text=thread.last_text,
        last_at=thread.last_at,
        unread=thread.unread_by_admin,
        waiting_since=thread.waiting_since,
    )
