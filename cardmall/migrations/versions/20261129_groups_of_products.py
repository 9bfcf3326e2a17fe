"""Groups of products, and what tells one from the others"""

import sqlalchemy as sa
from alembic import op

revision = "d07b5e92a1c4"
down_revision = "c61f08d7be42"
branch_labels = None
depends_on = None

_GROUPED = sa.text("group_name <> ''")


def upgrade() -> None:
    with op.batch_alter_table("product") as product:
        for name in ("group_name", "face"):
            product.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        product.create_check_constraint("ck_face_in_a_group", "(group_name = '') = (face = '')")
    op.create_index(
        "uq_product_face",
        "product",
        ["shop_id", "group_name", "face"],
        unique=True,
        sqlite_where=_GROUPED,
        postgresql_where=_GROUPED,
    )
    op.create_index(
        "ix_product_group",
        "product",
        ["shop_id", "group_name", "price", "id"],
        sqlite_where=_GROUPED,
        postgresql_where=_GROUPED,
    )


def downgrade() -> None:
    for name in ("ix_product_group", "uq_product_face"):
        op.drop_index(name, "product")
    with op.batch_alter_table("product") as product:
        product.drop_constraint("ck_face_in_a_group", type_="check")
        for name in ("face", "group_name"):
            product.drop_column(name)
