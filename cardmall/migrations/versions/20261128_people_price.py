"""A product costs at least a fen"""

from alembic import op

revision = "3f7d90b2a6e8"
down_revision = "c0de5a1e7e01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # An order of nothing could be placed and not be paid: such a product is taken off the shelf until it has a price.
    op.execute("UPDATE product SET price = 1, listed = false WHERE price < 1")
    with op.batch_alter_table("product") as product:
        product.drop_constraint("ck_price_not_negative", type_="check")
        product.create_check_constraint("ck_price_at_least_a_fen", "price >= 1")


def downgrade() -> None:
    with op.batch_alter_table("product") as product:
        product.drop_constraint("ck_price_at_least_a_fen", type_="check")
        product.create_check_constraint("ck_price_not_negative", "price >= 0")
