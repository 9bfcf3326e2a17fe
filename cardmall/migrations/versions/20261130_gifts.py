"""Keep what was given back unasked for pieces that stayed"""

import sqlalchemy as sa
from alembic import op

revision = "d40c7e92b1fa"
down_revision = "c7f2a90e61d4"
branch_labels = None
depends_on = None


# What may lie on an order or a card; as SQLite adds it to a table without writing that anew.
_MAY_LIE = {
    "order": ("ck_given_of_total", "given BETWEEN 0 AND total"),
    "card": ("ck_given_not_negative", "given >= 0"),
}
# Of a ruling before the delivery: pieces that requests before it had ended.
_CANCELED = """UPDATE "case" SET canceled = (
    SELECT COALESCE(SUM(earlier.pieces), 0) FROM "case" AS earlier
    WHERE earlier.order_id = "case".order_id AND earlier.id < "case".id AND CAST(earlier.cards AS TEXT) = '[]'
    AND earlier.status IN ('approved', 'conceded', 'settled', 'ruled_shopper', 'ruled_split'))
    WHERE status = 'ruled_merchant' AND CAST(cards AS TEXT) = '[]'"""


def upgrade() -> None:
    for table, (name, lies) in _MAY_LIE.items():
        given = f"given INTEGER DEFAULT 0 NOT NULL CONSTRAINT {name} CHECK ({lies})"
        op.execute(f"""ALTER TABLE "{table}" ADD COLUMN {given}""")
    op.add_column("case", sa.Column("canceled", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_CANCELED)


# Pieces that stayed and of whose price a part came back.
_LYING = (
    """SELECT no FROM "order" WHERE given > 0 AND status = 'awaiting_delivery'""",
    "SELECT order_id FROM card WHERE given > 0 AND status IN ('sealed', 'revealed', 'redeemed')",
)
_GIFTS = """SELECT id FROM "case" WHERE kind = 'gift'"""
_FORGET = (
    "DELETE FROM event WHERE verb = 'gifted'",
    "DELETE FROM notice WHERE kind IN ('order_gifted', 'order_gifted_cards', 'order_gifted_pieces')",
    "DELETE FROM outgoing WHERE kind IN ('order_gifted', 'order_gifted_cards', 'order_gifted_pieces')",
    "UPDATE refund SET cause = 'case' WHERE cause = 'gift'",
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
    op.drop_column("case", "canceled")
    for table in _MAY_LIE:
        op.drop_column(table, "given")  # and its check; a table written anew would lose its indexes of expressions
