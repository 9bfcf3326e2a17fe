"""What a product asks its buyers for, and what they answered"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "5d2a97c0be13"
down_revision = "b47c4e51f0ad"
branch_labels = None
depends_on = None

_ORDER = sa.table("order", sa.column("id", sa.Integer()), sa.column("terms", sa.JSON()))
_AT_ONCE = 1000
_FOUND = sa.text("blind IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("product") as product:
        product.add_column(sa.Column("buyer_fields", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "buyer_answer",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("blind", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"]),
        sa.PrimaryKeyConstraint("order_id", "n"),
    )
    op.create_index("ix_buyer_answer_blind", "buyer_answer", ["blind"], sqlite_where=_FOUND, postgresql_where=_FOUND)


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind = 'erase_answers'")
    op.execute("DELETE FROM event WHERE verb IN ('field_filled', 'field_corrected', 'field_erased')")
    op.drop_table("buyer_answer")
    with op.batch_alter_table("product") as product:
        product.drop_column("buyer_fields")
    _write_first_terms()


def _write_first_terms() -> None:
    """The program before reads the first version of an order's terms only."""
    last = 0
    while found := _after(last):
        for order_id, terms in found:
            known = {name: value for name, value in terms.items() if name != "buyer_fields"}
            its = sa.update(_ORDER).where(_ORDER.c.id == order_id)
            op.get_bind().execute(its.values(terms={**known, "v": 1}))
        last = found[-1][0]


def _after(order_id: int) -> list[Any]:
    wanted = sa.select(_ORDER.c.id, _ORDER.c.terms).where(_ORDER.c.id > order_id)
    return list(op.get_bind().execute(wanted.order_by(_ORDER.c.id).limit(_AT_ONCE)))
