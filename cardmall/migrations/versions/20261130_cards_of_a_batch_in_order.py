"""Cards of a batch that stand alike are in order: PostgreSQL counts some of them without walking the table"""

from alembic import op

revision = "c41f8a6d3e90"
down_revision = "a94e2d17f05b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_card_batch", "card")
    op.create_index("ix_card_batch", "card", ["batch_id", "status", "id"])


def downgrade() -> None:
    op.drop_index("ix_card_batch", "card")
    op.create_index("ix_card_batch", "card", ["batch_id", "status"])
