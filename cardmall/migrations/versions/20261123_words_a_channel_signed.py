"""words a channel signed"""

import sqlalchemy as sa
from alembic import op

revision = "b1f4a944f59f"
down_revision = "5d0b6c1f7a42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_nonce",
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce"),
    )
    op.create_index("ix_heard_nonce_at", "heard_nonce", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_heard_nonce_at", "heard_nonce")
    op.drop_table("heard_nonce")
