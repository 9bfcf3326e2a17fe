"""Reading one's notices (R46, R74)."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from cardmall.domain.terms import Actor
from cardmall.models import Notice
from cardmall.services.act import touch


def read_notice(session: Session, actor: Actor, notice_id: int, *, now: datetime) -> None:
    """Mark one of the person's own notices as read; another's, or an unknown one, changes nothing."""
    _read(session, actor, now, col(Notice.id) == notice_id)


def read_all_notices(session: Session, actor: Actor, *, now: datetime) -> None:
    _read(session, actor, now)


def _read(session: Session, actor: Actor, now: datetime, *which: sa.ColumnElement[bool]) -> None:
    mine = (col(Notice.account_id) == actor.id, col(Notice.read_at).is_(None), *which)
    if session.connection().execute(sa.update(Notice).where(*mine).values(read_at=now)).rowcount:
        touch(session, f"person:{actor.id}")
