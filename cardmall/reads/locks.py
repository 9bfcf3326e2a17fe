"""How rows are locked: in one order everywhere, and always read anew.

Account (several by id), shop, product, batch, order (old, then new), case or transfer, payment, refund, cards as they
lie on the shelf, job last: whoever needs several takes them in this order, so that no two acts wait for each other.
What hangs on one of these rows alone is under the lock of that row. tests/lock_order.py checks it.
"""

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

S = TypeVar("S", bound=sa.Select[*tuple[Any, ...]])
Row = TypeVar("Row", bound=SQLModel)


def locking(wanted: S, *tables: type[SQLModel], keys: bool = False) -> S:
    """The same statement, which locks what it finds (of several tables: these, in this order) and reads it anew.

    A row this session knew already may have changed while the lock was waited for. Rows that only name a locked one
    (an event its order, a notice its reader) are still inserted: nobody waits for a lock of which no key changes.
    `keys`: they wait, too, because the row may go.
    """
    return wanted.with_for_update(key_share=not keys, of=tables or None).execution_options(populate_existing=True)


def sharing(wanted: S) -> S:
    """The same statement, which keeps what it finds as it is for whoever locks it with `keys`; all others go on, and
    may share it."""
    return wanted.with_for_update(read=True, key_share=True).execution_options(populate_existing=True)


def locked(session: Session, kind: type[Row], *which: Any, keys: bool = False) -> Row | None:
    """The one row these conditions fit, under its lock; None if there is none."""
    return session.exec(locking(select(kind).where(*which), keys=keys)).first()
