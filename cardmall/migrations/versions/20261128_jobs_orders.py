"""A job knows the order it is about"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "e58a1c94d7b3"
down_revision = "d3b8c60f2a91"
branch_labels = None
depends_on = None

BATCH = 500  # jobs at a time

_JOB = sa.table(
    "job", sa.column("id"), sa.column("state"), sa.column("args", sa.JSON()), sa.column("order_id", sa.Integer())
)
_NUMBERED = ("case", "payment", "refund", "transfer")  # arguments that hold the number of a row of this table
_TABLE = {name: sa.table(name, sa.column("no"), sa.column("order_id")) for name in _NUMBERED}


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("order_id", sa.Integer(), nullable=True))
        job.create_index(op.f("ix_job_order_id"), ["order_id"], unique=False)
    for jobs in _batches():
        _fill(jobs)


def downgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.drop_index(op.f("ix_job_order_id"))
        job.drop_column("order_id")


def _batches() -> Iterator[Sequence[sa.RowMapping]]:
    """The jobs that still wait, or were given up; one that is done is never asked for its order."""
    wanted = sa.select(_JOB.c.id, _JOB.c.args).where(_JOB.c.state != "done").order_by(_JOB.c.id).limit(BATCH)
    after = 0
    while jobs := op.get_bind().execute(wanted.where(_JOB.c.id > after)).mappings().all():
        yield jobs
        after = jobs[-1]["id"]


def _fill(jobs: Sequence[sa.RowMapping]) -> None:
    orders = {name: _orders(name, (job["args"].get(name) for job in jobs)) for name in _NUMBERED}
    told = [{"row": job["id"], "about": _order(job["args"], orders)} for job in jobs]
    if known := [one for one in told if one["about"] is not None]:
        by_id = sa.update(_JOB).where(_JOB.c.id == sa.bindparam("row"))
        op.get_bind().execute(by_id.values(order_id=sa.bindparam("about")), known)


def _orders(name: str, numbers: Iterable[str | None]) -> dict[str, int]:
    """The order's id by the number of a case, payment, refund or transfer."""
    table = _TABLE[name]
    named = table.c.no.in_({no for no in numbers if no})
    return {no: order for no, order in op.get_bind().execute(sa.select(table.c.no, table.c.order_id).where(named))}


def _order(args: Mapping[str, Any], orders: Mapping[str, Mapping[str, int]]) -> int | None:
    found = (orders[name][args[name]] for name in _NUMBERED if args.get(name) in orders[name])
    return args["order"] if "order" in args else next(found, None)
