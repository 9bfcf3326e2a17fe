"""where a refund goes"""

import sqlalchemy as sa
from alembic import op

revision = "b6867f5fe594"
down_revision = "1b84657c557a"
branch_labels = None
depends_on = None

HINDRANCES = ("busy", "balance_low", "account_closed", "too_old", "too_many_parts", "refused", "tries_used")


def upgrade() -> None:
    hindrance = sa.Enum(*HINDRANCES, name="hindrance", native_enum=False, length=32)
    kind = sa.Enum("alipay", "bank_card", name="destinationkind", native_enum=False, length=32)
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hindrance", hindrance, nullable=True))
        batch_op.add_column(sa.Column("predecessor_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("destination", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("destination_kind", kind, nullable=True))
        batch_op.add_column(sa.Column("destination_hint", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("consented_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("redirect_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("uq_refund_predecessor", ["predecessor_id"], unique=True)
    # What stood still before was tried until nobody would try again.
    op.execute("UPDATE refund SET hindrance = 'tries_used' WHERE status = 'needs_attention'")


def downgrade() -> None:
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index("uq_refund_predecessor")
        for name in (
            *("redirect_asked_at", "consented_at", "consented_by", "destination_hint", "destination_kind"),
            *("destination", "predecessor_id", "hindrance"),
        ):
            batch_op.drop_column(name)
