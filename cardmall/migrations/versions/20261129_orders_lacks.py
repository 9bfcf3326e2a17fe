"""How many cards each paid order lacks"""

import sqlalchemy as sa
from alembic import op

revision = "e91b4d7f2c08"
down_revision = "c3e81f5b9a26"
branch_labels = None
depends_on = None

_SHORT = sa.text("lacks > 0")
# Whatever flag such an order has: one whose refund is stuck waits for cards like any other.
_COUNT = """
    UPDATE "order" SET lacks = quantity - canceled_pieces
        - (SELECT count(*) FROM card WHERE card.order_id = "order".id AND card.status = 'allocated')
    WHERE status = 'awaiting_delivery' AND mode = 'auto'
"""


def upgrade() -> None:
    op.add_column("order", sa.Column("lacks", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_COUNT)
    op.execute('UPDATE "order" SET lacks = 0 WHERE lacks < 0')
    op.create_index(
        "ix_order_lacks", "order", ["product_id", "paid_at", "id"], sqlite_where=_SHORT, postgresql_where=_SHORT
    )


def downgrade() -> None:
    op.drop_index("ix_order_lacks", "order")
    with op.batch_alter_table("order") as order:
        order.drop_column("lacks")
