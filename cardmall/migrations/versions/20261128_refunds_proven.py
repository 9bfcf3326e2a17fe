"""What the channel said when it was asked about a refund; refunds a bank returned"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "6c1f0b8d2e57"
down_revision = "3f7d90b2a6e8"
branch_labels = None
depends_on = None

_REFUND = sa.table("refund", sa.column("no"), sa.column("status"), sa.column("sent_at"))
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
    connection = op.get_bind()
    given_up = sa.select(_REFUND.c.no).where(_REFUND.c.status == "needs_attention", _REFUND.c.sent_at.is_not(None))
    for (no,) in connection.execute(given_up).all():
        key = f"query_refund:{no}:proof"
        row = {"kind": "query_refund", "key": key, "args": {"refund": no}, "state": "open", "due_at": _LONG_AGO}
        connection.execute(sa.insert(_JOB).values(**row, claim=0, failures=0, error=""))


def downgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        for name in MOMENTS:
            refund.drop_column(name)
