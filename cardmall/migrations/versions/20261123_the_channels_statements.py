"""the channel's statements, and where they differ"""

import sqlalchemy as sa
from alembic import op

revision = "3af1ff0fcee7"
down_revision = "472eedf23606"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statement",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("captured", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "mismatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "movement", sa.Enum("capture", "refund", name="movement", native_enum=False, length=32), nullable=False
        ),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column(
            "difference",
            sa.Enum(
                "unheard",
                "unknown",
                "never_moved",
                "other_amount",
                "unbooked",
                name="difference",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["order.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("movement", "number", "difference", name="uq_mismatch"),
    )
    with op.batch_alter_table("mismatch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mismatch_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mismatch_order_id"), ["order_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mismatch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mismatch_order_id"))
        batch_op.drop_index(batch_op.f("ix_mismatch_closed_at"))

    op.drop_table("mismatch")
    op.drop_table("statement")
