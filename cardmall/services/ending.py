"""What an act leaves for its end: rows it only appends, the stage of each order it moved, and whom to tell.

`adapters.db.transaction` calls `finish` before it commits, so that each takes one statement however often it came up.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col

from cardmall.domain.terms import LIVE_REFUND, OPEN_CASE
from cardmall.domain.topics import Topic
from cardmall.models import Case, Event, Notice, Order, Outgoing, Refund
from cardmall.reads.money import held_for
from cardmall.reads.stages import right_stage

_APPENDED, _MOVED, TOPICS = "appended", "moved", "topics"  # in Session.info
_INSERTS: dict[type[SQLModel], sa.Insert] = {kind: sa.insert(kind) for kind in (Event, Notice, Outgoing)}
_HAS_CASE = sa.exists().where(col(Case.order_id) == col(Order.id), col(Case.status).in_(OPEN_CASE))
_HAS_REFUND = sa.exists().where(col(Refund.order_id) == col(Order.id), col(Refund.status).in_(LIVE_REFUND))
_STAGE = (
    sa.update(Order)
    .where(col(Order.id).in_(sa.bindparam("ids_", expanding=True)))
    .values(stage=right_stage(_HAS_CASE, _HAS_REFUND), escrow=sa.func.nullif(held_for(Order.id), 0))
    .returning(col(Order.id), col(Order.stage), col(Order.escrow))
)


def append(session: Session, table: type[SQLModel], /, **row: Any) -> None:
    """Insert a row when the act ends: an event, a notice or a message. An act that reads those calls finish() first."""
    session.info.setdefault(_APPENDED, {}).setdefault(table, []).append(row)


def restage(session: Session, order: Order) -> None:
    """Write the one stage that fits the order (R10), and what is held for it, when the act ends."""
    session.info.setdefault(_MOVED, {})[order.id] = order


def touch(session: Session, *topics: Topic) -> None:
    """What this transaction changed, told to open pages after the commit."""
    session.info.setdefault(TOPICS, set()).update(topics)


def finish(session: Session) -> None:
    """Write what was left for the end: the last thing before the commit, and before an act reads back what it wrote."""
    session.flush()
    if moved := session.info.pop(_MOVED, None):
        for order_id, stage, escrow in session.connection().execute(_STAGE, {"ids_": sorted(moved)}):
            set_committed_value(moved[order_id], "stage", stage)
            set_committed_value(moved[order_id], "escrow", escrow)
    for kind, rows in session.info.pop(_APPENDED, {}).items():
        session.connection().execute(_INSERTS[kind], rows)
