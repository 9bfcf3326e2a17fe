"""Products have details, instructions, a most per order, versions, and can be archived; orders name the version"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "8f3e1d6a90c4"
down_revision = "5d0f3a97c2b6"
branch_labels = None
depends_on = None

BATCH = 1_000  # products at a time
_SAID = (
    *("name", "category", "summary", "details", "price", "mode", "delay_seconds", "promise_seconds"),
    *("activation_rule", "instructions", "return_allowed", "window_days", "fee_permille", "most_per_order"),
    "case_sensitive",
)
_BOXES = ("return_allowed", "case_sensitive")
_PRODUCT = sa.table("product", sa.column("id"), sa.column("created_at"), *map(sa.column, _SAID))


def upgrade() -> None:
    with op.batch_alter_table("product") as product:
        product.add_column(sa.Column("details", sa.String(), nullable=False, server_default=""))
        product.add_column(sa.Column("instructions", sa.String(), nullable=False, server_default=""))
        product.add_column(sa.Column("most_per_order", sa.Integer(), nullable=False, server_default="20"))
        product.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        product.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        product.create_check_constraint("ck_most_per_order", "most_per_order BETWEEN 1 AND 20")
        product.create_check_constraint("ck_archived_is_unlisted", "archived_at IS NULL OR NOT listed")
    with op.batch_alter_table("order") as order:
        order.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_order_product", "order", ["product_id", "shopper_id", "status"])
    versions = op.create_table(
        "product_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("product_id", "n", name="uq_product_version"),
    )
    nothing = sa.literal({}, sa.JSON())
    first = sa.select(_PRODUCT.c.id, sa.literal(1), _PRODUCT.c.created_at, nothing, nothing)
    op.execute(sa.insert(versions).from_select(["product_id", "n", "at", "before", "after"], first))
    for rows in _batches():
        told = [{"of": row["id"], "said": _said(row)} for row in rows]
        its = sa.update(versions).where(versions.c.product_id == sa.bindparam("of"))
        op.get_bind().execute(its.values(after=sa.bindparam("said", type_=sa.JSON())), told)


def _said(row: sa.RowMapping) -> dict[str, Any]:
    return {name: bool(row[name]) if name in _BOXES else row[name] for name in _SAID}


def _batches() -> Iterator[list[sa.RowMapping]]:
    wanted = sa.select(_PRODUCT).order_by(_PRODUCT.c.id).limit(BATCH)
    after = 0
    while rows := list(op.get_bind().execute(wanted.where(_PRODUCT.c.id > after)).mappings()):
        yield rows
        after = rows[-1]["id"]


def downgrade() -> None:
    op.drop_table("product_version")
    op.drop_index("ix_order_product", "order")
    with op.batch_alter_table("order") as order:
        order.drop_column("version")
    with op.batch_alter_table("product") as product:
        product.drop_constraint("ck_archived_is_unlisted", type_="check")
        product.drop_constraint("ck_most_per_order", type_="check")
        for name in ("archived_at", "version", "most_per_order", "instructions", "details"):
            product.drop_column(name)
