"""A payment whose money is on its way, or that took another amount"""

import sqlalchemy as sa
from alembic import op

revision = "b40d7e9a15c6"
down_revision = "6c1f0b8d2e57"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payment") as payment:
        payment.add_column(sa.Column("paying_since", sa.DateTime(timezone=True), nullable=True))
        payment.add_column(sa.Column("odd", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("payment") as payment:
        payment.drop_column("odd")
        payment.drop_column("paying_since")
