"""Count the pieces of an order that were taken back for money"""

import sqlalchemy as sa
from alembic import op

revision = "b91f3ad6c704"
down_revision = "5e83b1c7d2f9"
branch_labels = None
depends_on = None

_PAID = sa.text("paid_at IS NOT NULL")
_BEFORE = ["product_id", "paid_at", "status", "quantity", "canceled_pieces"]
# Whatever was replaced has another card: what a delivered order has too few of was taken back.
_COUNT = """
    UPDATE "order" SET taken_back = quantity - canceled_pieces
        - (SELECT count(*) FROM card WHERE card.order_id = "order".id AND card.status IN ('sealed', 'revealed', 'redeemed'))
    WHERE status IN ('delivered', 'completed')
"""


def upgrade() -> None:
    op.add_column("order", sa.Column("taken_back", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_COUNT)
    op.execute('UPDATE "order" SET taken_back = 0 WHERE taken_back < 0')
    _index([*_BEFORE, "taken_back"])


def downgrade() -> None:
    _index(_BEFORE)
    with op.batch_alter_table("order") as order:
        order.drop_column("taken_back")


def _index(columns: list[str]) -> None:
    op.drop_index("ix_order_sold", "order")
    op.create_index("ix_order_sold", "order", columns, sqlite_where=_PAID, postgresql_where=_PAID)
