"""A card knows when it came to its shopper"""

import json

import sqlalchemy as sa
from alembic import op

revision = "8e2b64f1c9d3"
down_revision = "5d0c6a1e7b42"
branch_labels = None
depends_on = None

AT_ONCE = 500  # events read together


def upgrade() -> None:
    with op.batch_alter_table("card") as card:
        card.add_column(sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    told = sa.text(
        "SELECT id, at, data FROM event WHERE verb IN ('cards_sealed', 'cards_taken_over') AND id > :after "
        "ORDER BY id LIMIT :most"
    )
    after = 0
    while found := connection.execute(told, {"after": after, "most": AT_ONCE}).all():
        after = found[-1].id
        rows = [{"card": card, "at": row.at} for row in found for card in _cards(row.data)]
        if rows:
            connection.execute(sa.text("UPDATE card SET sealed_at = :at WHERE id = :card"), rows)
    connection.execute(
        sa.text("UPDATE card SET sealed_at = NULL WHERE status IN ('available', 'reserved', 'allocated')")
    )


def _cards(data: object) -> list[str]:
    """SQLite gives JSON as text, PostgreSQL as an object."""
    told = json.loads(data) if isinstance(data, str) else data
    return [str(card) for card in told.get("cards", [])] if isinstance(told, dict) else []


def downgrade() -> None:
    with op.batch_alter_table("card") as card:
        card.drop_column("sealed_at")
