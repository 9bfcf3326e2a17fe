"""How rows are locked: in one order everywhere, and always read anew.

Account, shop, product, order (old, then new), case, payment, refund, cards by id, job: whoever needs several takes them
in this order, so that no two acts wait for each other.
"""

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

S = TypeVar("S", bound=sa.Select[*tuple[Any, ...]])
Row = TypeVar("Row", bound=SQLModel)


def locking(wanted: S, *tables: type[SQLModel], skip_locked: bool = False, key_share: bool = False) -> S:
    """The same statement, which locks what it finds (of several tables: these, in this order) and reads it anew.

    A row this session knew already may have changed while the lock was waited for.
    """
    how: dict[str, Any] = {"skip_locked": skip_locked, "key_share": key_share, "of": tables or None}
    return wanted.with_for_update(**how).execution_options(populate_existing=True)


def locked(session: Session, kind: type[Row], *which: Any) -> Row | None:
    """The one row these conditions fit, under its lock; None if there is none."""
    return session.exec(locking(select(kind).where(*which))).first()
