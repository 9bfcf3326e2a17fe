"""What a search means in SQL: names, numbers, addresses."""

from typing import Any

import sqlalchemy as sa

from cardmall.domain.typed import Searched

Matching = sa.ColumnElement[bool]


def named(column: Any, asked: Searched) -> Matching:
    """The name holds one of the words."""
    return sa.or_(*(column.icontains(word, autoescape=True) for word in asked.words))


def numbered(column: Any, prefix: str, asked: Searched) -> Matching:
    """The number begins as asked, with or without its letters, or ends with the digits."""
    fits: list[Matching] = [sa.false()]
    if asked.number:
        fits.append(column.startswith(asked.number, autoescape=True))
    elif asked.code.startswith(prefix):
        fits.append(column.startswith(asked.code, autoescape=True))
    if asked.digits:
        fits += [column.startswith(prefix + asked.digits), column.endswith(asked.digits)]
    return sa.or_(*fits)


def aside(column: Any) -> sa.ColumnElement[Any]:
    """The same value, for which no index is used: another condition beside it leaves far fewer rows."""
    return sa.func.coalesce(column, sa.null(), type_=column.type)
