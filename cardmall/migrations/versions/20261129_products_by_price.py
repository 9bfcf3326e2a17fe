"""Products are found in the order of their price"""

from alembic import op

revision = "5d0f3a97c2b6"
down_revision = "5b1f0c72ae94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_product_price", "product", ["price", "id"])


def downgrade() -> None:
    op.drop_index("ix_product_price", "product")
