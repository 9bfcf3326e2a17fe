"""Events: history, timeline and audit in one, append-only (R45, R78)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.terms import Role
from cardmall.domain.verbs import Verb
from cardmall.models.columns import json_data, moment, word


class Event(SQLModel, table=True):
    """Who did what to which order, with before and after of every status in `data`."""

    __table_args__ = (
        sa.Index("ix_event_order", "order_id", "id"),
        sa.Index("ix_event_case", "case_id", "id"),
        sa.Index("ix_event_person", "actor_id", "at", "id"),
        sa.Index("ix_event_verb", "verb", "at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment(index=True)
    actor_id: int  # 0 = the system
    role: Role = word(Role)
    order_id: int | None = Field(default=None, foreign_key="order.id")
    case_id: int | None = Field(default=None, foreign_key="case.id")
    verb: Verb = word(Verb)
    note: str = ""
    data: dict[str, Any] = json_data()
    cause: str = ""  # the job or callback behind it
