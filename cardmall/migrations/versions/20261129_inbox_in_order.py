"""an inbox is read in order of time"""

from alembic import op

revision = "5b1f0c72ae94"
down_revision = "c4a91e6b30d8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("account_id", "at", "id")


def downgrade() -> None:
    _index("account_id", "id")


def _index(*columns: str) -> None:
    op.drop_index("ix_notice_inbox", "notice")
    op.create_index("ix_notice_inbox", "notice", list(columns))
