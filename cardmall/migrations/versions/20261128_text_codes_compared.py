"""codes compared without invisible signs, per product and per shop"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "c0de5a1e7e01"
down_revision = "8e2b64f1c9d3"
branch_labels = None
depends_on = None

_JOB = sa.table(
    "job",
    *(sa.column(name) for name in ("kind", "key", "state", "claim", "failures", "error")),
    sa.column("args", sa.JSON),
    sa.column("due_at", sa.DateTime(timezone=True)),
)

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_sensitive", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shop_blind", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("twin_of", sa.String(), nullable=True))
        batch_op.create_index("ix_card_shop_blind", ["shop_blind"], unique=False)
    where = sa.text("twin_of IS NOT NULL")
    op.create_index("ix_card_twin", "card", ["twin_of"], sqlite_where=where, postgresql_where=where)
    # The keys are the worker's: it re-indexes the cards in pieces while the house serves.
    op.execute(sa.delete(_JOB).where(_JOB.c.kind == "reindex_codes"))
    start = {"kind": "reindex_codes", "key": "reindex_codes:", "args": {"after": ""}, "state": "open"}
    op.execute(sa.insert(_JOB).values(**start, due_at=_LONG_AGO, claim=0, failures=0, error=""))


def downgrade() -> None:
    op.execute(sa.delete(_JOB).where(_JOB.c.kind.in_(("reindex_codes", "part_twins"))))
    op.drop_index("ix_card_twin", "card")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index("ix_card_shop_blind")
        batch_op.drop_column("twin_of")
        batch_op.drop_column("shop_blind")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_column("case_sensitive")
