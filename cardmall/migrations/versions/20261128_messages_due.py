"""A message knows when it is tried next, and how it ended"""

import sqlalchemy as sa
from alembic import op

revision = "7b2e94d0c5a1"
down_revision = "e58a1c94d7b3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing") as outgoing:
        outgoing.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        outgoing.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        outgoing.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        outgoing.add_column(sa.Column("trouble", sa.String(), server_default="", nullable=False))
        outgoing.create_index(op.f("ix_outgoing_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outgoing") as outgoing:
        outgoing.drop_index(op.f("ix_outgoing_due_at"))
        for name in ("trouble", "sent_at", "tries", "due_at"):
            outgoing.drop_column(name)
