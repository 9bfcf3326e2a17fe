"""Keep what was given back unasked for pieces that stayed"""

import sqlalchemy as sa
from alembic import op

revision = "d40c7e92b1fa"
down_revision = "c41d7e90ab25"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("order", "card"):
        op.add_column(table, sa.Column("given", sa.Integer(), nullable=False, server_default="0"))


# Pieces that stayed and of whose price a part came back.
_LYING = (
    """SELECT no FROM "order" WHERE given > 0 AND status = 'awaiting_delivery'""",
    "SELECT order_id FROM card WHERE given > 0 AND status IN ('sealed', 'revealed', 'redeemed')",
)
_GIFTS = """SELECT id FROM "case" WHERE kind = 'gift'"""
_FORGET = (
    "DELETE FROM event WHERE verb = 'gifted'",
    "DELETE FROM notice WHERE kind = 'order_gifted'",
    "DELETE FROM outgoing WHERE kind = 'order_gifted'",
    "UPDATE transfer SET ended_why = 'case' WHERE ended_why = 'gift'",
    f"UPDATE event SET case_id = NULL WHERE case_id IN ({_GIFTS})",  # noqa: S608 - words of our own
    f"UPDATE refund SET case_id = NULL WHERE case_id IN ({_GIFTS})",  # noqa: S608 - words of our own
    """DELETE FROM "case" WHERE kind = 'gift'""",
)


def downgrade() -> None:
    for lying in _LYING:
        found = op.get_bind().execute(sa.text(f"{lying} LIMIT 1")).scalar()
        if found:
            raise RuntimeError(
                f"Part of the price of a piece was given back and the piece stayed (order {found}): the version before would pay its whole price again."
            )
    for statement in _FORGET:
        op.execute(statement)
    for table in ("card", "order"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("given")
