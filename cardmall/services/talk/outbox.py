"""Messages that leave the house: written with the act that sends them, carried out by the sender afterwards."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.topics import OUTBOX
from cardmall.domain.typed import storable
from cardmall.models import Outgoing
from cardmall.services.account.codes import without_code
from cardmall.services.act import Act
from cardmall.services.ending import append, touch


def leave_message(act: Act, target: str, locale: str, kind: str, data: dict[str, Any]) -> None:
    """Leave a message for a phone or mailbox: a template `kind` and its parameters; due at once."""
    row = {"target": target, "locale": locale, "kind": kind, "data": data}
    append(act.session, Outgoing, at=act.now, due_at=act.now, tries=0, trouble="", **row)
    touch(act.session, OUTBOX)


def close_message(act: Act, message: Outgoing, *, trouble: str = "") -> None:
    """Mark it sent, or given up for `trouble`, and wipe its code; a try that is not the latest changes nothing."""
    sent_at = None if trouble else act.now
    told = {"trouble": storable(trouble), "data": without_code(message.data)}
    ended = _of_this_try(message).values(due_at=None, sent_at=sent_at, **told)
    act.session.connection().execute(ended)


def put_off_message(act: Act, message: Outgoing, trouble: str, due_at: datetime) -> None:
    """Try it again at `due_at`; `trouble` says why."""
    act.session.connection().execute(_of_this_try(message).values(due_at=due_at, trouble=storable(trouble)))


def _of_this_try(message: Outgoing) -> sa.Update:
    return sa.update(Outgoing).where(col(Outgoing.id) == message.id, col(Outgoing.tries) == message.tries)
