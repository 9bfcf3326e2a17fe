"""What a job is to do, as a typed value: the kinds, how a unique key is made, and how a stored row is read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self


class JobKind(StrEnum):
    """The stored names; never rename one, rows that wait carry it."""

    expire_order = "expire_order"
    deliver = "deliver"
    complete = "complete"
    settle = "settle"
    end_hold = "end_hold"
    follow_shop = "follow_shop"
    case_deadline = "case_deadline"
    deadline_near = "deadline_near"
    end_grace = "end_grace"
    ruling_late = "ruling_late"
    transfer_deadline = "transfer_deadline"
    end_transfer = "end_transfer"
    query_payment = "query_payment"
    close_payment = "close_payment"
    send_refund = "send_refund"
    query_refund = "query_refund"
    refund_unanswered = "refund_unanswered"
    refund_stuck = "refund_stuck"
    visit_shop = "visit_shop"
    drop_picture = "drop_picture"
    reindex_codes = "reindex_codes"
    part_twins = "part_twins"
    close_mismatches = "close_mismatches"
    check_statement = "check_statement"
    prune_jobs = "prune_jobs"
    wipe_codes = "wipe_codes"


TASKS: dict[JobKind, type["Task"]] = {}


@dataclass(frozen=True)
class Task:
    """What one job is to do.

    `named`: its key when it is not the usual one, such as the key of the row it was read from. Of a class,
    `digits`: how exactly the moment `at`, if it has one, stands in the usual key; such a moment is None when read back.
    """

    kind: ClassVar[JobKind]
    digits: ClassVar[int]
    named: str = field(default="", kw_only=True)

    def __init_subclass__(cls, kind: JobKind | None = None, digits: int = 0) -> None:
        if kind:
            cls.kind, cls.digits = kind, digits
            TASKS[kind] = cls

    @property
    def key(self) -> str:
        """Unique for ever: no second job of this key is written, and the channel hears a call of this key once."""
        return self.named or self._usual_key()

    @property
    def args(self) -> dict[str, Any]:
        """What is stored; `read` makes the task of it again."""
        return {}

    @property
    def about(self) -> int | None:
        """The id of the order it is about; None: of none, or nobody knows."""
        return None

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        """The task a row holds."""
        return cls(named=key)

    def again(self, now: datetime) -> Self:
        """The same task under a key of its own: its first job may be done and gone."""
        about = next(iter(self.args.values()))
        return replace(self, named=joined(self.kind, about, "repair", read_moment(now, 3)))

    def _usual_key(self) -> str:
        return joined(self.kind, *self.args.values())


def read_task(kind: str, args: Mapping[str, Any], order_id: int | None, key: str) -> Task:
    """The task of a stored job; ValueError or KeyError for a kind or an argument that is not there."""
    return TASKS[JobKind(kind)].read(args, order_id, key)


def joined(*parts: object) -> str:
    return ":".join(str(part) for part in parts if part is not None)


def read_moment(at: datetime | None, digits: int) -> str | None:
    if at is None:
        return None
    return f"{at.timestamp():.{digits}f}" if digits else str(int(at.timestamp()))
