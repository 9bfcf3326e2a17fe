"""Keep by which rule a shop has undelivered requests approved at once, and which version approved a case"""

import sqlalchemy as sa
from alembic import op

revision = "a94e2d17f05b"
down_revision = "d15a6c04b9e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("per_shopper", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("is_on = (since IS NOT NULL)", name="ck_rule_on_since"),
        sa.CheckConstraint("NOT is_on OR (most > 0 AND per_shopper > 0 AND per_day > 0)", name="ck_rule_has_caps"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"]),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("product_id", "n", name="uq_approval_rule"),
    )
    op.add_column("case", sa.Column("rule", sa.Integer(), nullable=False, server_default="0"))
    by_rule = sa.text("rule > 0")
    op.create_index("ix_case_rule", "case", ["shop_id", "ended_at"], sqlite_where=by_rule, postgresql_where=by_rule)


def downgrade() -> None:
    """A case approved by a rule stays approved, by the system; the day's figures of before may count it."""
    op.execute("DELETE FROM event WHERE verb IN ('rule_set', 'rule_ended')")  # words the program before cannot read
    for table in ("notice", "outgoing"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'case_rule_approved'")  # noqa: S608 - words of our own
    op.drop_index("ix_case_rule", "case")
    op.drop_column("case", "rule")
    op.drop_table("approval_rule")
