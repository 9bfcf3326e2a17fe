"""Keep when a shop was away, and until when it is"""

import sqlalchemy as sa
from alembic import op

revision = "e81d5b27c903"
down_revision = "d40c7e92b1fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("since <= until", name="ck_away_ends"),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_away_shop", "away", ["shop_id", "until"])


def downgrade() -> None:
    op.execute("DELETE FROM event WHERE verb IN ('away', 'away_ended')")  # words the program before cannot read
    op.execute("DELETE FROM job WHERE kind = 'end_away'")
    op.drop_table("away")
