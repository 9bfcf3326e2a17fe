"""Each kind of job as a small frozen value that makes its own unique key and arguments: nothing else writes either.

Here: what can be left for later about an order, or about its cases, offers, payments and refunds; the rest is in
`upkeep.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self


class JobKind(StrEnum):
    """The stored names; never rename one, rows that wait carry it."""

    expire_order = "expire_order"
    deliver = "deliver"
    complete = "complete"
    settle = "settle"
    end_hold = "end_hold"
    erase_answers = "erase_answers"
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
    end_away = "end_away"
    drop_picture = "drop_picture"
    reindex_codes = "reindex_codes"
    part_twins = "part_twins"
    read_batch = "read_batch"
    stock_batch = "stock_batch"
    drop_batch = "drop_batch"
    withdraw_batch = "withdraw_batch"
    serve_waiting = "serve_waiting"
    list_recall = "list_recall"
    recall_order = "recall_order"
    watch_stock = "watch_stock"
    close_mismatches = "close_mismatches"
    check_statement = "check_statement"
    prune_jobs = "prune_jobs"
    wipe_codes = "wipe_codes"
    close_days = "close_days"
    check_books = "check_books"


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


@dataclass(frozen=True)
class OfOrder(Task):
    """About an order."""

    order_id: int | None
    at: datetime | None = None

    @property
    def args(self) -> dict[str, Any]:
        return {"order": self.order_id}

    @property
    def about(self) -> int | None:
        return self.order_id

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args["order"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.order_id, read_moment(self.at, self.digits))


class ExpireOrder(OfOrder, kind=JobKind.expire_order):
    """Close it when it is not paid in time."""

    def _usual_key(self) -> str:
        return joined("expire", self.order_id)


class Deliver(OfOrder, kind=JobKind.deliver, digits=6):
    """Deliver it by itself; `at`: when."""


class Complete(OfOrder, kind=JobKind.complete):
    """Confirm its receipt for a shopper who does not."""


class Settle(OfOrder, kind=JobKind.settle):
    """Pay the shop; `at`: since when that is sure."""


class EraseAnswers(OfOrder, kind=JobKind.erase_answers):
    """Forget what its buyer was asked for, long after it is over."""


@dataclass(frozen=True)
class EndHold(OfOrder, kind=JobKind.end_hold):
    """Deliver it after all, a day after the case `case_no` was rejected; `at`: when once more."""

    case_no: str | None = field(default=None, kw_only=True)

    def _usual_key(self) -> str:
        return joined(self.kind, self.case_no, read_moment(self.at, self.digits))


@dataclass(frozen=True)
class FollowShop(OfOrder, kind=JobKind.follow_shop, digits=6):
    """Do to it what the state of its shop means; `at`: when that changed, or `case_no`: the case opened since."""

    case_no: str | None = field(default=None, kw_only=True)

    def _usual_key(self) -> str:
        return joined(self.kind, "case", self.case_no) if self.case_no else super()._usual_key()


@dataclass(frozen=True)
class OfNumber(Task):
    """About what bears the number `no` and belongs to the order `order_id`."""

    holds: ClassVar[str]  # the argument with the number
    no: str
    order_id: int | None
    at: datetime | None = None

    @property
    def args(self) -> dict[str, Any]:
        return {self.holds: self.no}

    @property
    def about(self) -> int | None:
        return self.order_id

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        return cls(args[cls.holds], order_id, named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.no, read_moment(self.at, self.digits))


class OfCase(OfNumber):
    holds = "case"


class CaseDeadline(OfCase, kind=JobKind.case_deadline, digits=6):
    """End the state the case is in; `at`: its deadline, exactly: a 48 h answer may end in the same second."""


@dataclass(frozen=True)
class DeadlineNear(OfCase, kind=JobKind.deadline_near):
    """Tell the merchant that `deadline` is `hours` away."""

    deadline: datetime = field(kw_only=True)
    hours: int = field(kw_only=True)

    @property
    def args(self) -> dict[str, Any]:
        return {"case": self.no, "deadline": self.deadline.isoformat(), "hours": self.hours}

    @classmethod
    def read(cls, args: Mapping[str, Any], order_id: int | None, key: str) -> Self:
        deadline = datetime.fromisoformat(args["deadline"])
        return cls(args["case"], order_id, deadline=deadline, hours=args["hours"], named=key)

    def _usual_key(self) -> str:
        return joined(self.kind, self.no, read_moment(self.deadline - timedelta(hours=self.hours), self.digits))


class EndGrace(OfCase, kind=JobKind.end_grace):
    """Approve it for a merchant who was never heard."""


class RulingLate(OfCase, kind=JobKind.ruling_late):
    """Tell everybody that its ruling is late; `at`: when."""


class OfTransfer(OfNumber):
    holds = "transfer"


class TransferDeadline(OfTransfer, kind=JobKind.transfer_deadline):
    """End an offer nobody took."""


class EndTransfer(OfTransfer, kind=JobKind.end_transfer, digits=3):
    """End an offer; `at`: when its giver or receiver was disabled."""


class OfPayment(OfNumber):
    holds = "payment"


class QueryPayment(OfPayment, kind=JobKind.query_payment, digits=3):
    """Ask the channel how it stands; `at`: when a statement that says otherwise asked for it once more."""

    def _usual_key(self) -> str:
        return joined(self.kind, self.no, *(("statement", read_moment(self.at, self.digits)) if self.at else ()))


class ClosePayment(OfPayment, kind=JobKind.close_payment):
    """Tell the channel to take no more money."""


class OfRefund(OfNumber):
    holds = "refund"


class SendRefund(OfRefund, kind=JobKind.send_refund, digits=3):
    """Call the channel with its number; `at`: when it was to be sent again."""

    def _usual_key(self) -> str:
        return joined(self.kind, self.no, read_moment(self.at, self.digits) or 0)


class QueryRefund(OfRefund, kind=JobKind.query_refund, digits=3):
    """Ask the channel what became of its number; `at`: when that was decided."""


class RefundUnanswered(OfRefund, kind=JobKind.refund_unanswered):
    """See whether the channel has answered; `at`: since when it is watched."""


class RefundStuck(OfRefund, kind=JobKind.refund_stuck):
    """Tell the admins about it again; `at`: when they were told before."""
