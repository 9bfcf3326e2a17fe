"""Every act of every test takes its locks in the order `reads/locks.py` names, whichever database it runs on.

SQLAlchemy knows of a lock even where SQLite takes none. The demo town and the stories of tests/attack, which do many
acts in one transaction before anybody is served, are left out.
"""

import sys
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event

_ORDER = ("account", "shop", "product", "batch", "order", "case", "payment", "refund", "card", "job")
_RANKS = {kind: rank for rank, kind in enumerate(_ORDER)}
_UNDER_AN_ORDER = _RANKS["case"]  # where everything stands that is not named
_CHANGED = (
    "account",
    "shop",
    "product",
    "batch",
    "order",
    "job",
)  # a change is a lock; the others' stands under their order's
_AGAIN = {"order", "payment", "card"}  # those of the old order, then of the new one; a second look at the shelf


MANY_ACTS = ("cardmall.seeds.", "tests.attack.histories")  # in one transaction


class OutOfOrder(BaseException):
    """No Exception: a job that fails is only logged."""


_held: WeakKeyDictionary[Any, dict[str, set[Any]]] = WeakKeyDictionary()


@event.listens_for(sa.Engine, "before_execute")
def in_order(connection: sa.Connection, statement: Any, many: Any, told: Any, _options: Any) -> None:
    kinds = list(_locked_by(statement))
    transaction = connection.get_transaction()
    if not kinds or transaction is None:
        return
    held, checked = _held.setdefault(transaction, {}), not _is_seeding()
    for kind in kinds:
        which = _which(statement, told or many) if isinstance(statement, sa.Select) else None
        if checked:
            _check(held, kind, statement, which)
        held.setdefault(kind, set()).add(which)


def _check(held: dict[str, set[Any]], kind: str, statement: Any, which: Any) -> None:
    """`held`: the statements that locked rows of each kind so far; raises OutOfOrder."""
    chosen = isinstance(statement, sa.Select)
    if chosen and which not in held.get(kind, ()):
        later = [other for other in held if _rank(other) > _rank(kind)]
        _demand(not later, f"{kind} is locked after {later}")
        again = kind in held and not (kind in _AGAIN or _is_one_row(statement))
        _demand(not again, f"{kind} is locked by a second statement")
        _demand(_is_one_row(statement) or statement._order_by_clauses, f"rows of {kind} are locked in no order")
    if not chosen and kind not in held:
        later = [other for other in held if _rank(other) > _rank(kind)]
        _demand(not later, f"{kind} is changed after {later}")


def _demand(fulfilled: Any, otherwise: str) -> None:
    if not fulfilled:
        raise OutOfOrder(otherwise)


def _rank(kind: str) -> int:
    return _RANKS.get(kind, _UNDER_AN_ORDER)


def _locked_by(statement: Any) -> Iterator[str]:
    """The names of the tables this statement locks rows of, in its order."""
    changed = getattr(statement, "table", None) if isinstance(statement, sa.Update | sa.Delete) else None
    if changed is not None and changed.name in _CHANGED:
        yield changed.name
    if isinstance(statement, sa.Select) and statement._for_update_arg is not None:
        yield from _chosen(statement)


_known: dict[Any, list[str]] = {}  # by the shape of the statement: to work one out takes longer than to run it


def _chosen(statement: Any) -> list[str]:
    shape = statement._generate_cache_key()
    found = _known.get(shape and shape.key)
    if found is None:
        sources = statement._for_update_arg.of or statement.get_final_froms()
        found = [name for source in sources for name in _names(getattr(source, "table", source))]
        if shape:
            _known[shape.key] = found
    return found


def _names(source: Any) -> list[str]:
    """Of a table, an alias, or each table of a join."""
    if isinstance(source, sa.Join):
        return [name for side in ("left", "right") for name in _names(getattr(source, side))]
    return [getattr(source, "element", source).name]


def _which(statement: sa.Select[Any], told: Any) -> Any:
    """Equal for statements that lock the same rows."""
    key = statement._generate_cache_key()
    return key and (key.key, tuple(repr(bind.effective_value) for bind in key.bindparams), repr(told))


def _is_one_row(statement: sa.Select[Any]) -> bool:
    """A condition names its row by what no other one has."""
    parts = getattr(statement.whereclause, "clauses", [statement.whereclause])
    return any(isinstance(part, sa.BinaryExpression) and _is_unique(part.left) for part in parts)


def _is_unique(column: Any) -> bool:
    return getattr(column, "primary_key", False) or bool(getattr(column, "unique", False))


def _is_seeding() -> bool:
    frame = sys._getframe()
    while frame := frame.f_back:
        if frame.f_globals.get("__name__", "").startswith(MANY_ACTS):
            return True
    return False
