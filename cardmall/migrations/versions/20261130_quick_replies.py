"""Keep the quick replies of a shop"""

import sqlalchemy as sa
from alembic import op

revision = "c41d7e90ab25"
down_revision = "b91f3ad6c704"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quick_reply",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quick_reply_shop", "quick_reply", ["shop_id", "title"])


def downgrade() -> None:
    op.drop_table("quick_reply")
