"""the audit asks events by case, person and verb"""

from alembic import op

revision = "5d0b6c1f7a42"
down_revision = "5a0c7d31be94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_case", "event", ["case_id", "id"])
    op.create_index("ix_event_person", "event", ["actor_id", "at", "id"])
    op.create_index("ix_event_verb", "event", ["verb", "at", "id"])
    op.drop_index("ix_event_actor_id", "event")


def downgrade() -> None:
    op.create_index("ix_event_actor_id", "event", ["actor_id"])
    for name in ("ix_event_verb", "ix_event_person", "ix_event_case"):
        op.drop_index(name, "event")
