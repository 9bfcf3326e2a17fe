"""Durable jobs, written in the caller's transaction, and the few values the platform itself remembers."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.models.columns import json_data, moment


class Job(SQLModel, table=True):
    """A job to run at `due_at`. `key` is unique for ever: no repeats here, the idempotency key outside."""

    __table_args__ = (sa.Index("ix_job_due", "state", "due_at"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str = Field(unique=True)
    args: dict[str, Any] = json_data()
    order_id: int | None = Field(default=None, index=True)  # the order it is about, if any
    state: str = "open"  # open | done | dead
    due_at: datetime = moment()  # a claim pushes it one lease ahead, a failure by the back-off
    claim: int = 0  # fencing token: only the latest claimer may finish the job
    failures: int = 0  # claims since the last success; a crash counts as one
    error: str = ""


class Remembered(SQLModel, table=True):
    """One value by name, such as the demo clock's offset."""

    name: str = Field(primary_key=True)
    value: str
