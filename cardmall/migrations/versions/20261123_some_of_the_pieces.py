"""some of the pieces"""

import sqlalchemy as sa
from alembic import op

revision = "472eedf23606"
down_revision = "7c2e51ab0d94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("canceled_pieces", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_column("canceled_pieces")
