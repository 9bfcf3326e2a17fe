"""Lists of codes, the batches they become, and when a shop wants to be told that stock is low"""

import sqlalchemy as sa
from alembic import op

revision = "b47c4e51f0ad"
down_revision = "8f3e1d6a90c4"
branch_labels = None
depends_on = None

_KEPT = sa.text("status <> 'withdrawn'")
_AT = sa.DateTime(timezone=True)
# Words the program before cannot read, by the column they stand in.
_UNKNOWN = {
    ("job", "kind"): ("read_batch", "stock_batch", "drop_batch", "withdraw_batch", "watch_stock"),
    ("event", "verb"): (
        *("batch_handed_in", "batch_checked", "batch_failed", "batch_confirmed", "batch_stocked"),
        *("batch_dropped", "batch_withdrawn", "stock_line_set"),
    ),
    ("notice", "kind"): ("stock_low", "stock_out"),
}


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("failure", sa.String(length=32), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("looked", "done", "good", "stocked", "taken")),
        sa.Column("created_at", _AT, nullable=False),
        *(sa.Column(name, _AT, nullable=True) for name in ("valid_until", "ended_at", "withdrawn_at")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.ForeignKeyConstraint(["maker_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("shop_id", "name", name="uq_batch_name"),
    )
    op.create_index("ix_batch_product", "batch", ["product_id", "created_at", "id"])
    op.create_index("ix_batch_status", "batch", ["shop_id", "status"])
    for table in ("batch_text", "batch_part"):
        op.create_table(table, *_of_batch("n"), sa.Column("sealed", sa.String(), nullable=False))
    op.create_table(
        "batch_line",
        *_of_batch("line"),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("tail", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
    )
    op.create_index("ix_batch_line_verdict", "batch_line", ["batch_id", "verdict", "line"])
    op.create_table(
        "stock_watch",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.PrimaryKeyConstraint("product_id"),
    )
    with op.batch_alter_table("card") as card:
        card.drop_constraint("uq_card_code", type_="unique")
        card.add_column(sa.Column("batch_id", sa.String(), nullable=True))
        card.create_foreign_key("fk_card_batch", "batch", ["batch_id"], ["id"])
        card.create_index("ix_card_batch", ["batch_id", "status"])
    op.create_index(
        "uq_card_code", "card", ["product_id", "blind"], unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT
    )


def downgrade() -> None:
    for (table, column), words in _UNKNOWN.items():
        op.execute(sa.delete(sa.table(table)).where(sa.column(column).in_(words)))
    op.execute(
        "UPDATE card SET blind = 'withdrawn ' || id WHERE status = 'withdrawn'"
    )  # their codes may have come again
    op.drop_index("uq_card_code", "card")
    with op.batch_alter_table("card") as card:
        card.drop_index("ix_card_batch")
        card.drop_constraint("fk_card_batch", type_="foreignkey")
        card.drop_column("batch_id")
        card.create_unique_constraint("uq_card_code", ["product_id", "blind"])
    for table in ("stock_watch", "batch_line", "batch_part", "batch_text", "batch"):
        op.drop_table(table)


def _of_batch(number: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column(number, sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.PrimaryKeyConstraint("batch_id", number),
    )
