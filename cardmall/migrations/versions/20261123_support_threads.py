"""support threads: who waits since when, and how soon a first answer came"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "5a0c7d31be94"
down_revision = "108efd147165"
branch_labels = None
depends_on = None

_LAST_WORDS = 60
_AT = sa.DateTime(timezone=True)
_TIMES = ("last_at", "waiting_since", "first_asked_at", "first_answered_at")
_OTHERS = ("order_id", "last_text", "last_by_admin", "unread_by_admin", "unread_by_shopper")
_THREAD = sa.table("support_thread", *(sa.column(n, _AT) for n in _TIMES), *(sa.column(n) for n in _OTHERS))
_MESSAGE = sa.table(
    "support_message",
    *(sa.column(name) for name in ("id", "order_id", "text")),
    sa.column("by_admin", sa.Boolean()),
    sa.column("at", _AT),
)


def upgrade() -> None:
    op.create_table(
        "support_thread",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("last_at", _AT, nullable=False),
        sa.Column("last_text", sa.String(), nullable=False),
        sa.Column("last_by_admin", sa.Boolean(), nullable=False),
        sa.Column("unread_by_admin", sa.Integer(), nullable=False),
        sa.Column("unread_by_shopper", sa.Integer(), nullable=False),
        sa.Column("waiting_since", _AT, nullable=True),
        sa.Column("first_asked_at", _AT, nullable=True),
        sa.Column("first_answered_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"]),
        sa.PrimaryKeyConstraint("order_id"),
    )
    with op.batch_alter_table("support_thread", schema=None) as batch_op:
        batch_op.create_index("ix_thread_waiting", ["waiting_since", "order_id"], unique=False)
        batch_op.create_index("ix_thread_answered", ["waiting_since", "last_at", "order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_support_thread_first_answered_at"), ["first_answered_at"], unique=False)
    _fill()


def _fill() -> None:
    """What was said before stands in the list; who was never answered still waits."""
    threads: dict[int, dict[str, Any]] = {}
    for message in op.get_bind().execute(sa.select(_MESSAGE).order_by(_MESSAGE.c.id)).mappings():
        _add(threads.setdefault(message["order_id"], _new(message["order_id"])), message)
    if threads:
        op.bulk_insert(_THREAD, list(threads.values()))


def _new(order_id: int) -> dict[str, Any]:
    times = dict.fromkeys(_TIMES)
    return times | {"order_id": order_id, "unread_by_admin": 0, "unread_by_shopper": 0}


def _add(thread: dict[str, Any], message: Any) -> None:
    at = message["at"]
    thread |= {"last_at": at, "last_text": message["text"][:_LAST_WORDS], "last_by_admin": message["by_admin"]}
    if message["by_admin"]:
        if thread["first_asked_at"]:
            thread["first_answered_at"] = thread["first_answered_at"] or at
        thread |= {"waiting_since": None, "unread_by_admin": 0}
    else:
        thread["first_asked_at"] = thread["first_asked_at"] or at
        thread["waiting_since"] = thread["waiting_since"] or at
        thread["unread_by_admin"] += 1


def downgrade() -> None:
    with op.batch_alter_table("support_thread", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_thread_first_answered_at"))
        batch_op.drop_index("ix_thread_answered")
        batch_op.drop_index("ix_thread_waiting")
    op.drop_table("support_thread")
