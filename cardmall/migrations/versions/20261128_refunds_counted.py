"""How often a refund was sent, and how often the channel answered with a code nobody has listed"""

import sqlalchemy as sa
from alembic import op

revision = "e19c5a7f3b02"
down_revision = "b40d7e9a15c6"
branch_labels = None
depends_on = None

COUNTS = ("unlisted", "sends")


def upgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        for name in COUNTS:
            refund.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        for name in COUNTS:
            refund.drop_column(name)
