"""Products are found in the order of their price, and what a shop has not read without looking at the rest"""

import sqlalchemy as sa
from alembic import op

revision = "5d0f3a97c2b6"
down_revision = "5b1f0c72ae94"
branch_labels = None
depends_on = None
_UNREAD = sa.text("unread_by_shop > 0")


def upgrade() -> None:
    op.create_index("ix_product_price", "product", ["price", "id"])
    op.create_index(
        "ix_conversation_unread", "conversation", ["shop_id"], sqlite_where=_UNREAD, postgresql_where=_UNREAD
    )


def downgrade() -> None:
    op.drop_index("ix_conversation_unread", "conversation")
    op.drop_index("ix_product_price", "product")
