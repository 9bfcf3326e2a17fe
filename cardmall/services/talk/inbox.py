"""Reading one's notices (R46, R74)."""

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.topics import person_topic
from cardmall.models import Notice
from cardmall.services.act import Act
from cardmall.services.ending import touch


def read_notice(act: Act, notice_id: int) -> None:
    """Mark one of the person's own notices as read; another's, or an unknown one, changes nothing."""
    _read(act, col(Notice.id) == notice_id)


def read_all_notices(act: Act) -> None:
    _read(act)


def _read(act: Act, *which: sa.ColumnElement[bool]) -> None:
    mine = (col(Notice.account_id) == act.who.id, col(Notice.read_at).is_(None), *which)
    if act.session.connection().execute(sa.update(Notice).where(*mine).values(read_at=act.now)).rowcount:
        touch(act.session, person_topic(act.who.id))
