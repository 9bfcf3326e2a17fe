"""What people are told: in-site notices, and messages to the world outside."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.verbs import NoticeKind
from cardmall.models.columns import json_data, maybe_moment, moment, word


class Notice(SQLModel, table=True):
    """One line of someone's inbox; the words come from the catalog (R46)."""

    __table_args__ = (
        sa.Index("ix_notice_inbox", "account_id", "at", "id"),
        sa.Index("ix_notice_unread", "account_id", "read_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    at: datetime = moment()
    kind: NoticeKind = word(NoticeKind)
    order_no: str = ""
    case_no: str = ""
    data: dict[str, Any] = json_data()
    read_at: datetime | None = maybe_moment()


class Outgoing(SQLModel, table=True):
    """A message to a phone or mailbox: a template `kind` and its parameters, never prose.

    `due_at`: when it is tried next; None once it was sent or given up. `trouble`: why it was not sent yet, or never is.
    """

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment(index=True)
    target: str
    locale: str
    kind: str
    data: dict[str, Any] = json_data()
    due_at: datetime | None = maybe_moment(index=True)
    tries: int = 0  # also the fence: only the latest try may finish it
    sent_at: datetime | None = maybe_moment()
    trouble: str = ""
