"""When an admin took note of a refund that was paid under two numbers"""

import sqlalchemy as sa
from alembic import op

revision = "a7d2f48c61be"
down_revision = "e19c5a7f3b02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        refund.add_column(sa.Column("written_off_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        refund.drop_column("written_off_at")
