"""Codes that are never sold again, taken along by an owner"""

import sqlalchemy as sa
from alembic import op

revision = "7c1be20a94d3"
down_revision = "5d2a97c0be13"
branch_labels = None
depends_on = None

_UNTAKEN = sa.text("code_file_id IS NULL AND revealed_at IS NULL AND status IN ('withdrawn', 'voided')")
_TAKEN = sa.text("code_file_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "code_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.ForeignKeyConstraint(["maker_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_code_file_product", "code_file", ["product_id", "maker_id", "created_at"])
    with op.batch_alter_table("card") as card:
        card.add_column(sa.Column("code_file_id", sa.String(), nullable=True))
        card.create_foreign_key("fk_card_code_file", "code_file", ["code_file_id"], ["id"])
    op.create_index("ix_card_untaken", "card", ["product_id", "id"], sqlite_where=_UNTAKEN, postgresql_where=_UNTAKEN)
    op.create_index("ix_card_taken", "card", ["code_file_id", "id"], sqlite_where=_TAKEN, postgresql_where=_TAKEN)


def downgrade() -> None:
    op.execute(sa.delete(sa.table("event")).where(sa.column("verb") == "codes_taken"))
    op.drop_index("ix_card_taken", "card")
    op.drop_index("ix_card_untaken", "card")
    with op.batch_alter_table("card") as card:
        card.drop_constraint("fk_card_code_file", type_="foreignkey")
        card.drop_column("code_file_id")
    op.drop_table("code_file")
