"""Pictures of products, in the order in which they are shown"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "c61f08d7be42"
down_revision = "e91b4d7f2c08"
branch_labels = None
depends_on = None

_ORDER = sa.table("order", sa.column("id", sa.Integer()), sa.column("terms", sa.JSON()))
_AT_ONCE = 1000
_OF_A_PRODUCT = sa.text("product_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("product") as product:
        product.add_column(sa.Column("pictures", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("picture") as picture:
        picture.alter_column("order_id", existing_type=sa.Integer(), nullable=True)
        picture.add_column(sa.Column("product_id", sa.Integer(), nullable=True))
        picture.add_column(sa.Column("shown_from", sa.Integer(), nullable=True))
        picture.add_column(sa.Column("shown_until", sa.Integer(), nullable=True))
        picture.create_foreign_key("fk_picture_product", "product", ["product_id"], ["id"])
        picture.create_check_constraint("ck_picture_of_one", "(order_id IS NULL) <> (product_id IS NULL)")
        picture.create_check_constraint("ck_shown_of_a_product", "product_id IS NOT NULL OR shown_from IS NULL")
    op.create_index(
        "ix_picture_product", "picture", ["product_id"], sqlite_where=_OF_A_PRODUCT, postgresql_where=_OF_A_PRODUCT
    )
    for name in ("page", "card"):
        op.add_column("picture_data", sa.Column(name, sa.LargeBinary(), nullable=True))
    sold_as = sa.text("version > 0")
    columns = ["product_id", "version"]
    op.create_index("ix_order_version", "order", columns, sqlite_where=sold_as, postgresql_where=sold_as)


def downgrade() -> None:
    op.drop_index("ix_order_version", "order")
    op.execute("DELETE FROM picture_data WHERE picture_id IN (SELECT id FROM picture WHERE product_id IS NOT NULL)")
    op.execute("DELETE FROM picture WHERE product_id IS NOT NULL")
    op.drop_index("ix_picture_product", "picture")
    with op.batch_alter_table("picture") as picture:
        picture.drop_constraint("ck_picture_of_one", type_="check")
        picture.drop_constraint("ck_shown_of_a_product", type_="check")
        picture.drop_constraint("fk_picture_product", type_="foreignkey")
        for name in ("product_id", "shown_from", "shown_until"):
            picture.drop_column(name)
        picture.alter_column("order_id", existing_type=sa.Integer(), nullable=False)
    for table, names in {"picture_data": ("page", "card"), "product": ("pictures",)}.items():
        with op.batch_alter_table(table) as changed:
            for name in names:
                changed.drop_column(name)
    _write_second_terms()


def _write_second_terms() -> None:
    """The program before reads the first two versions of an order's terms only."""
    last = 0
    while found := _after(last):
        for order_id, terms in found:
            if terms["v"] > 2:
                known = {name: value for name, value in terms.items() if name != "pictures"}
                its = sa.update(_ORDER).where(_ORDER.c.id == order_id)
                op.get_bind().execute(its.values(terms={**known, "v": 2}))
        last = found[-1][0]


def _after(order_id: int) -> list[Any]:
    wanted = sa.select(_ORDER.c.id, _ORDER.c.terms).where(_ORDER.c.id > order_id)
    return list(op.get_bind().execute(wanted.order_by(_ORDER.c.id).limit(_AT_ONCE)))
