"""An attempt names the process that answers it, and the error of ours that stopped it"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c6a1e7b42"
down_revision = "cfc21d4261a7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("attempt") as attempt:
        for name in ("lease", "fault"):
            attempt.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        attempt.create_index("ix_attempt_lease", ["lease", "answer"])
    with op.batch_alter_table("case") as case:
        case.add_column(sa.Column("fault", sa.String(), nullable=False, server_default=""))
    # Nobody can tell any more why these have no answer: silence alone proves no error of ours.
    op.execute("UPDATE attempt SET answer = 'stale' WHERE answer = ''")


def downgrade() -> None:
    with op.batch_alter_table("case") as case:
        case.drop_column("fault")
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_index("ix_attempt_lease")
        attempt.drop_column("fault")
        attempt.drop_column("lease")
    op.drop_table("lease")
