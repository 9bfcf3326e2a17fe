"""the books are read by shop, by kind of entry and by time"""

from alembic import op

revision = "7c2e51ab0d94"
down_revision = "b1f4a944f59f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_posting_shop", "posting")
    op.create_index("ix_posting_shop", "posting", ["shop_id", "account", "order_id", "amount"])
    op.create_index("ix_posting_movement", "posting", ["shop_id", "at", "id"])
    op.create_index("ix_posting_entry", "posting", ["entry", "account", "amount"])
    op.create_index("ix_posting_at", "posting", ["at", "id"])


def downgrade() -> None:
    for name in ("ix_posting_at", "ix_posting_entry", "ix_posting_movement", "ix_posting_shop"):
        op.drop_index(name, "posting")
    op.create_index("ix_posting_shop", "posting", ["shop_id", "account"])
