"""Sums of closed days are carried forward, and an order knows what is held for it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "c4a91e6b30d8"
down_revision = "7b2e94d0c5a1"
branch_labels = None
depends_on = None

_ACCOUNTS = ("shopper", "escrow", "shop", "fees", "platform", "loss")
_ESCROW = """
UPDATE "order" SET escrow = held.sum FROM (
  SELECT order_id, sum(amount) AS sum FROM posting WHERE account = 'escrow' GROUP BY order_id HAVING sum(amount) <> 0
) AS held WHERE held.order_id = "order".id
"""
_PARTIAL = (("order", "escrow", "shop_id"), ("order", "held_at", "shop_id"), ("order", "abnormal", "shop_id"))
_INDEXES = (
    ("ix_order_paid", "order", ["shop_id", "paid_at", "total"]),
    ("ix_order_status", "order", ["status", "stage"]),
    ("ix_case_shop", "case", ["shop_id", "id"]),
    ("ix_case_opened", "case", ["shop_id", "opened_at", "reason"]),
    ("ix_case_ended", "case", ["shop_id", "ended_at", "status"]),
    ("ix_case_precedent", "case", ["status", "kind", "reason", "ended_at", "id"]),
    ("ix_payment_captured", "payment", ["captured_at"]),
    ("ix_refund_succeeded", "refund", ["succeeded_at"]),
    ("ix_refund_bounced", "refund", ["bounced_at"]),
    ("ix_card_status", "card", ["status", "order_id"]),
)


def upgrade() -> None:
    """Days are closed by a job afterwards, one at a time; until then pages add the rows up as before."""
    op.create_table(
        "balance",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Enum(*_ACCOUNTS, native_enum=False, length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "account"),
    )
    figures = [sa.Column(name, sa.Integer(), nullable=False) for name in ("answered", "agreed")]
    figures += [sa.Column(name, sa.BigInteger(), nullable=False) for name in ("refunded", "sold")]
    op.create_table(
        "shop_day",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *figures,
        sa.Column("minutes", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "day"),
    )
    op.add_column("order", sa.Column("escrow", sa.Integer(), nullable=True))
    op.add_column("case", sa.Column("counted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(_ESCROW)
    _forget_days()
    _widen(sa.BigInteger(), of=sa.Integer())
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    for table, column, first in _PARTIAL:
        op.create_index(f"ix_order_{column}", table, [first, column], **_there(column))
    op.create_index("ix_refund_returned", "refund", ["order_id"], **_there("returned_at"))


def downgrade() -> None:
    op.drop_index("ix_refund_returned", "refund")
    for table, column, _ in _PARTIAL:
        op.drop_index(f"ix_order_{column}", table)
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
    _widen(sa.Integer(), of=sa.BigInteger())
    op.drop_column("order", "escrow")
    op.drop_column("case", "counted")
    _forget_days()
    op.drop_table("shop_day")
    op.drop_table("balance")


def _forget_days() -> None:
    """No day is closed where nothing is carried forward: the job begins with the first day."""
    op.execute("DELETE FROM remembered WHERE name IN ('days_closed', 'books_checked')")


def _widen(to: sa.types.TypeEngine[int], of: sa.types.TypeEngine[int]) -> None:
    """A day's fen of the whole platform may be more than 32 bits hold."""
    with op.batch_alter_table("statement") as statement:
        for name in ("captured", "refunded"):
            statement.alter_column(name, type_=to, existing_type=of, existing_nullable=False)


def _there(column: str) -> dict[str, Any]:
    return {f"{dialect}_where": sa.text(f"{column} IS NOT NULL") for dialect in ("sqlite", "postgresql")}
