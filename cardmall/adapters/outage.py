"""Notices that PostgreSQL went away under this process, and that it is there again. SQLite is never away."""

import threading
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from cardmall.adapters.db import database_answers, engine

_missed = threading.Event()


def watch_for_outages(found: sa.Engine) -> None:
    """Notice from now on when a statement or a new connection of this engine finds no server."""
    if found.dialect.name != "sqlite" and not event.contains(found, "handle_error", _note):
        event.listen(found, "handle_error", _note)


def _note(context: Any) -> None:
    if context.is_disconnect or context.connection is None:
        _missed.set()


def away() -> bool:
    """Was the database missed, and does it still not answer? Asks it only when it was missed."""
    if _missed.is_set() and database_answers(engine()):
        _missed.clear()
    return _missed.is_set()
