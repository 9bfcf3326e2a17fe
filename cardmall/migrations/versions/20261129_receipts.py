"""Receipts in the place of codes, and the pictures that come with them"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "5e3a90b7c1d8"
down_revision = "a84c1f93e5d6"
branch_labels = None
depends_on = None

_ORDER = sa.table("order", sa.column("id", sa.Integer()), sa.column("terms", sa.JSON()))
_AT_ONCE = 1000
# Words the program before cannot read, by the column they stand in.
_UNKNOWN = {("event", "verb"): ("receipt_given",), ("notice", "kind"): ("receipt_given",)}


def upgrade() -> None:
    with op.batch_alter_table("product") as product:
        product.add_column(sa.Column("form", sa.String(length=32), nullable=False, server_default="code"))
        product.create_check_constraint("ck_receipt_by_hand", "form = 'code' OR mode = 'manual'")
    with op.batch_alter_table("picture") as picture:
        picture.add_column(sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))
        picture.create_check_constraint("ck_given_of_an_order", "order_id IS NOT NULL OR given_at IS NULL")


def downgrade() -> None:
    """A receipt is a code that was looked at, for the program before: its shopper still reads it."""
    for (table, column), words in _UNKNOWN.items():
        op.execute(sa.delete(sa.table(table)).where(sa.column(column).in_(words)))
    op.execute("UPDATE \"case\" SET reason = 'other' WHERE reason = 'not_received'")
    with op.batch_alter_table("picture") as picture:
        picture.drop_constraint("ck_given_of_an_order", type_="check")
        picture.drop_column("given_at")
    with op.batch_alter_table("product") as product:
        product.drop_constraint("ck_receipt_by_hand", type_="check")
        product.drop_column("form")
    _write_third_terms()


def _write_third_terms() -> None:
    """The program before reads the first three versions of an order's terms only."""
    last = 0
    while found := _after(last):
        for order_id, terms in found:
            if terms["v"] > 3:
                known = {name: value for name, value in terms.items() if name != "form"}
                its = sa.update(_ORDER).where(_ORDER.c.id == order_id)
                op.get_bind().execute(its.values(terms={**known, "v": 3}))
        last = found[-1][0]


def _after(order_id: int) -> list[Any]:
    wanted = sa.select(_ORDER.c.id, _ORDER.c.terms).where(_ORDER.c.id > order_id)
    return list(op.get_bind().execute(wanted.order_by(_ORDER.c.id).limit(_AT_ONCE)))
