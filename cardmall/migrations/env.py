"""Alembic runs on the house's own engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel

import cardmall.models  # noqa: F401 - fills the metadata
from cardmall.adapters import db


def run() -> None:
    """Every revision in one write transaction."""
    with db.engine().connect() as connection, _rebuilding(connection):
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transactional_ddl=True,  # SQLite can, too: one revision that refuses leaves the others as they were
            compare_type=True,
            render_item=_plain,
        )
        with context.begin_transaction():
            context.run_migrations()
        _check(connection)
        connection.commit()


@contextmanager
def _rebuilding(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a column by building its table anew: no foreign key may watch meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection  # outside any transaction, where alone the pragma counts
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # nothing, where all went well
        raw.execute("PRAGMA foreign_keys=ON")


def _check(connection: sa.Connection) -> None:
    """What no key watched is looked at before it is kept."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows that point nowhere: {broken[:5]}")


def _plain(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A revision needs no types of ours or of SQLModel."""
    return _PLAIN.get(type(item).__name__, False) if kind == "type" else False


_PLAIN = {"UtcDateTime": "sa.DateTime(timezone=True)", "AutoString": "sa.String()", "TermsType": "sa.JSON()"}

run()
