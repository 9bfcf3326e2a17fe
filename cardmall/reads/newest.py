"""The newest rows of a table that fit, from a place in the list on."""

from collections.abc import Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from cardmall.reads.keys import ListKey, place

T = TypeVar("T", bound=SQLModel)
Wanted = list[sa.ColumnElement[bool]]


def newest(
    session: Session,
    table: type[T],
    parts: Sequence[Wanted],
    size: int,
    *,
    after: ListKey | None = None,
    before: ListKey | None = None,
) -> list[T]:
    """The first `size` rows that fit one of `parts`, each by an index of its own: newest first, those older than
    `after`; with `before` those newer than it, oldest first. `table` has `created_at` and `id`."""
    if not parts:
        return []
    its: Any = table
    here = (col(its.created_at), col(its.id))
    order = here if before else tuple(one.desc() for one in here)
    beyond = _beyond(sa.tuple_(*here), after, before)
    firsts = [sa.select(col(its.id)).where(*part, *beyond).order_by(*order).limit(size).subquery() for part in parts]
    ids = sa.union_all(*(sa.select(first.c.id) for first in firsts))
    return list(session.exec(select(table).where(col(its.id).in_(ids)).order_by(*order).limit(size)).all())


def _beyond(here: sa.Tuple, after: ListKey | None, before: ListKey | None) -> list[sa.ColumnElement[bool]]:
    if before:
        return [here > place(before)]
    return [here < place(after)] if after else []
