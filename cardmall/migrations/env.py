"""Alembic runs on the house's own engine."""

from typing import Literal

from alembic import context
from sqlmodel import SQLModel

import cardmall.models  # noqa: F401 - fills the metadata
from cardmall.adapters import db


def run() -> None:
    """Every revision in one write transaction."""
    with db.engine().connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=_plain,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def _plain(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A revision needs no types of ours or of SQLModel."""
    return _PLAIN.get(type(item).__name__, False) if kind == "type" else False


_PLAIN = {"UtcDateTime": "sa.DateTime(timezone=True)", "AutoString": "sa.String()"}

run()
