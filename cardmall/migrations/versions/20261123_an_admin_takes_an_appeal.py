"""an admin takes an appeal"""

import sqlalchemy as sa
from alembic import op

revision = "108efd147165"
down_revision = "f1f10f394db5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assignee_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_case_desk", ["status", "deadline", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index("ix_case_desk")
        batch_op.drop_column("assignee_id")
