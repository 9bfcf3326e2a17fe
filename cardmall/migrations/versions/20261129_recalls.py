"""Recalls: cards that a shop, or the platform for it, takes back"""

import sqlalchemy as sa
from alembic import op

revision = "5e83b1c7d2f9"
down_revision = "5e3a90b7c1d8"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_WORD = sa.String(length=32)
_VERBS = (
    *("recall_pressed", "recall_retried", "recall_replaced"),
    *("recall_paid_back", "recall_failed", "cards_recalled"),
)
_NOTICES = (
    "order_recalled",
    "order_recall_replaced",
    "order_recall_paid_back",
    "order_recall_failed",
    "order_recall_waits",
    "stock_recalled",
)


def upgrade() -> None:
    op.create_table(
        "recall",
        sa.Column("id", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("shop_id", "product_id", "maker_id", "listed")),
        sa.Column("batch_id", sa.String(), nullable=True),
        *(sa.Column(name, _WORD, nullable=False) for name in ("role", "reason", "remedy")),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("looked_too", sa.Boolean(), nullable=False),
        sa.Column("pressed_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.ForeignKeyConstraint(["maker_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_recall_product", "recall", ["product_id", "pressed_at", "id"])
    op.create_table(
        "recall_item",
        sa.Column("recall_id", sa.String(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Boolean(), nullable=False),
        sa.Column("status", _WORD, nullable=False),
        *(sa.Column(name, _WORD, nullable=True) for name in ("outcome", "trouble")),
        sa.Column("ended_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"]),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"]),
        sa.PrimaryKeyConstraint("recall_id", "card_id"),
    )
    op.create_index("ix_recall_item_order", "recall_item", ["recall_id", "order_id"])
    op.create_index("ix_recall_item_status", "recall_item", ["recall_id", "status", "order_id"])
    op.add_column("card", sa.Column("recall_id", sa.String(), nullable=True))


# Recalls that are not over: a card that is not dealt with yet, or could be sold again, or a job that was not done.
_RUNNING = (
    "SELECT recall_id FROM recall_item WHERE status <> 'done'",
    "SELECT recall_id FROM card WHERE recall_id IS NOT NULL AND status NOT IN ('voided', 'withdrawn')",
    "SELECT key FROM job WHERE kind IN ('list_recall', 'recall_order') AND state = 'open'",
)


def _refuse_while_one_runs() -> None:
    for running in _RUNNING:
        found = op.get_bind().execute(sa.text(f"{running} LIMIT 1")).scalar()
        if found:
            raise RuntimeError(
                f"A recall is not over ({found}): the version before would sell its cards and pay nobody back. "
                "Go back once the page of each product's stock says that no card of a recall waits or failed, and its jobs are done."
            )


def downgrade() -> None:
    _refuse_while_one_runs()
    for table, column, words in (
        ("job", "kind", ("list_recall", "recall_order")),
        ("event", "verb", _VERBS),
        ("notice", "kind", _NOTICES),
        ("outgoing", "kind", _NOTICES),
    ):
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({', '.join(map(repr, words))})")  # noqa: S608 - words of our own
    op.execute("UPDATE refund SET cause = 'cancel_now' WHERE cause = 'recall'")
    op.execute("UPDATE transfer SET ended_why = 'case' WHERE ended_why = 'recall'")
    op.drop_table("recall_item")
    op.drop_table("recall")
    with op.batch_alter_table("card") as card:
        card.drop_column("recall_id")
