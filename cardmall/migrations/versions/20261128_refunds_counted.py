"""How often a channel answered about a refund with a code nobody has listed"""

import sqlalchemy as sa
from alembic import op

revision = "e19c5a7f3b02"
down_revision = "b40d7e9a15c6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        refund.add_column(sa.Column("unlisted", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("refund") as refund:
        refund.drop_column("unlisted")
