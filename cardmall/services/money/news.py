"""What the channel says of a refund."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.refunding import (
    Hindrance,
)


class RefundAnswer(StrEnum):
    """What a channel can say of a refund number. `unknown`: no trustworthy answer; only a query moves on."""

    succeeded = "succeeded"
    processing = "processing"
    failed = "failed"
    missing = "missing"
    unknown = "unknown"


@dataclass(frozen=True)
class RefundNews:
    """The channel's answer about one refund number; `trouble` is its own code for a failure, `hindrance` our word.

    `unlisted`: a trusted answer, with a code nobody has listed: it may mean anything, so `answer` is unknown.
    `refund_no` and `amount` stand in callbacks, which come unasked.
    `before`: nothing was sent, because the channel said that this number it was redirected from was paid.
    """

    answer: RefundAnswer
    trace_no: str = ""
    trouble: str = ""
    hindrance: Hindrance = Hindrance.busy
    expected_at: datetime | None = None
    refund_no: str = ""
    amount: int = 0
    settled_at: datetime | None = None
    unlisted: bool = False
    before: str = ""
