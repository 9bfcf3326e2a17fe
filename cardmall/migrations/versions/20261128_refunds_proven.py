"""What the channel said when it was asked about a refund; refunds a bank returned"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "6c1f0b8d2e57"
down_revision = "3f7d90b2a6e8"
branch_labels = None
depends_on = None

_REFUND = sa.table("refund", sa.column("no"), sa.column("status"), sa.column("sent_at", sa.DateTime(timezone=True)))
_JOB = sa.table(
    "job",
    *(sa.column(name) for name in ("kind", "key", "state", "claim", "failures", "error")),
    sa.column("args", sa.JSON),
    sa.column("due_at", sa.DateTime(timezone=True)),
)
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = ("failed_at", "missing_at", "burnt_at", "doubted_at", "returned_at", "stated_at", "bounced_at")


def upgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        for name in MOMENTS:
            refund.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # What was given up before is asked about once: only the channel's word lets its money go to another account.
    for no, _ in _sent("needs_attention"):
        _schedule("query_refund", no, _LONG_AGO)
    for no, at in _sent("sent"):
        _schedule("refund_unanswered", no, at + timedelta(days=1))


def _sent(status: str) -> Sequence[sa.Row]:
    """Number and time of every refund of this status that left at least once."""
    wanted = sa.select(_REFUND.c.no, _REFUND.c.sent_at)
    return op.get_bind().execute(wanted.where(_REFUND.c.status == status, _REFUND.c.sent_at.is_not(None))).all()


def _schedule(kind: str, no: str, at: datetime) -> None:
    row = {"kind": kind, "key": f"{kind}:{no}:proof", "args": {"refund": no}, "state": "open", "due_at": at}
    op.get_bind().execute(sa.insert(_JOB).values(**row, claim=0, failures=0, error=""))


def downgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        for name in MOMENTS:
            refund.drop_column(name)
