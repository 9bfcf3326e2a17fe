"""The terms of an order are one value in one column"""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "d3b8c60f2a91"
down_revision = "a7d2f48c61be"
branch_labels = None
depends_on = None

BATCH = 5_000  # orders at a time

_TERMS: dict[str, Any] = {
    "cover": sa.String(),
    "summary": sa.String(),
    "delay_seconds": sa.Integer(),
    "promise_seconds": sa.Integer(),
    "activation_rule": sa.String(),
    "return_allowed": sa.Boolean(),
    "window_days": sa.Integer(),
    "fee_permille": sa.Integer(),
}
_ORDER = sa.table(
    "order", sa.column("id"), sa.column("terms", sa.JSON()), *(sa.column(name, kind) for name, kind in _TERMS.items())
)


def upgrade() -> None:
    with op.batch_alter_table("order") as order:
        order.add_column(sa.Column("terms", sa.JSON(), nullable=True))
    _rewrite(list(_TERMS), lambda row: {"terms": {"v": 1, **{name: row[name] for name in _TERMS}}})
    with op.batch_alter_table("order") as order:
        order.alter_column("terms", existing_type=sa.JSON(), nullable=False)
        for name in _TERMS:
            order.drop_column(name)


def downgrade() -> None:
    with op.batch_alter_table("order") as order:
        for name, kind in _TERMS.items():
            usual = "" if name == "summary" else None  # as it was added
            order.add_column(sa.Column(name, kind, nullable=True, server_default=usual))
    _rewrite(["terms"], lambda row: {name: row["terms"][name] for name in _TERMS})
    with op.batch_alter_table("order") as order:
        for name, kind in _TERMS.items():
            order.alter_column(name, existing_type=kind, nullable=False)
        order.drop_column("terms")


def _rewrite(read: list[str], values: Callable[[sa.RowMapping], dict[str, Any]]) -> None:
    """Give each order the columns that `values` makes of those it reads."""
    for rows in _batches(read):
        told = [{"row": row["id"], **{f"new_{name}": one for name, one in values(row).items()}} for row in rows]
        new = {name.removeprefix("new_"): sa.bindparam(name) for name in told[0] if name != "row"}
        op.get_bind().execute(sa.update(_ORDER).where(_ORDER.c.id == sa.bindparam("row")).values(new), told)


def _batches(read: list[str]) -> Iterator[list[sa.RowMapping]]:
    wanted = sa.select(_ORDER.c.id, *(_ORDER.c[name] for name in read)).order_by(_ORDER.c.id).limit(BATCH)
    after = 0
    while rows := list(op.get_bind().execute(wanted.where(_ORDER.c.id > after)).mappings()):
        yield rows
        after = rows[-1]["id"]
