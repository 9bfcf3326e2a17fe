"""How often answers were corrected, and what they were before"""

import sqlalchemy as sa
from alembic import op

revision = "c3e81f5b9a26"
down_revision = "7c1be20a94d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("buyer_answer") as answer:
        answer.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "replaced_answer",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"]),
        sa.PrimaryKeyConstraint("order_id", "edition", "n"),
    )


def downgrade() -> None:
    op.drop_table("replaced_answer")
    with op.batch_alter_table("buyer_answer") as answer:
        answer.drop_column("edition")
