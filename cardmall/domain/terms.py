"""The glossary: one word per thing, as it stands in code, events, catalogs and tests. Standard library only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.reasons import CaseReason as CaseReason
from cardmall.domain.reasons import FieldError, Reason, WrongLine
from cardmall.domain.reasons import LineFault as LineFault
from cardmall.domain.reasons import RejectReason as RejectReason


class Role(StrEnum):
    """Who acts. `system` is the platform's own hand: jobs and callbacks."""

    shopper = "shopper"
    merchant = "merchant"
    admin = "admin"
    system = "system"


class Category(StrEnum):
    """The categories of digital goods (R1)."""

    game_card = "game_card"
    software = "software"
    membership = "membership"
    virtual_item = "virtual_item"


class DeliveryMode(StrEnum):
    auto = "auto"
    manual = "manual"


class OrderStatus(StrEnum):
    pending_payment = "pending_payment"
    awaiting_delivery = "awaiting_delivery"
    delivered = "delivered"
    completed = "completed"
    canceled = "canceled"
    expired = "expired"


class Stage(StrEnum):
    """The tab an order stands under: one per order, the first that fits (R10)."""

    abnormal = "abnormal"
    in_case = "in_case"
    refunding = "refunding"
    to_pay = "to_pay"
    to_deliver = "to_deliver"
    delivered = "delivered"
    closed = "closed"


class Abnormal(StrEnum):
    """Why an order is flagged 异常."""

    no_stock = "no_stock"
    refund_stuck = "refund_stuck"
    wrong_amount = "wrong_amount"


class CardStatus(StrEnum):
    available = "available"
    reserved = "reserved"
    allocated = "allocated"
    sealed = "sealed"
    revealed = "revealed"
    redeemed = "redeemed"
    voided = "voided"
    withdrawn = "withdrawn"


class BatchStatus(StrEnum):
    """A list of codes on its way into stock: read and checked, then taken in once the merchant says yes."""

    reading = "reading"
    checked = "checked"
    stocking = "stocking"
    stocked = "stocked"
    dropped = "dropped"
    failed = "failed"


OPEN_BATCH = frozenset({BatchStatus.reading, BatchStatus.checked, BatchStatus.stocking})


class BatchFailure(StrEnum):
    """Why a list could not be read to its end."""

    too_many = "too_many"
    no_table = "no_table"
    empty = "empty"


class LineVerdict(StrEnum):
    """What became of one code of a list; `good` and `cleaned` come into stock."""

    good = "good"
    cleaned = "cleaned"
    blank = "blank"
    too_long = "too_long"
    too_many_lines = "too_many_lines"
    repeated = "repeated"
    in_stock = "in_stock"
    sold = "sold"
    elsewhere = "elsewhere"


class ListForm(StrEnum):
    """How a list names its codes: each line is one, or a table has them in its columns."""

    lines = "lines"
    table = "table"


class CaseKind(StrEnum):
    cancel = "cancel"
    return_ = "return"
    fault = "fault"
    gift = "gift"  # by the merchant, who was not asked (R96)


class CaseStatus(StrEnum):
    review = "review"
    info_requested = "info_requested"
    offered = "offered"
    overdue = "overdue"
    asked = "asked"
    appeal = "appeal"
    approved = "approved"
    rejected = "rejected"
    withdrawn = "withdrawn"
    settled = "settled"
    ruled_shopper = "ruled_shopper"
    ruled_split = "ruled_split"
    ruled_merchant = "ruled_merchant"


OPEN_CASE = frozenset(
    {
        CaseStatus.review,
        CaseStatus.info_requested,
        CaseStatus.offered,
        CaseStatus.overdue,
        CaseStatus.asked,
        CaseStatus.appeal,
    }
)
RULED = frozenset({CaseStatus.ruled_shopper, CaseStatus.ruled_split, CaseStatus.ruled_merchant})


class TransferStatus(StrEnum):
    """转让: offered until both sides agreed, accepted until the receiver has paid."""

    offered = "offered"
    accepted = "accepted"
    completed = "completed"
    declined = "declined"
    withdrawn = "withdrawn"
    expired = "expired"


OPEN_TRANSFER = frozenset({TransferStatus.offered, TransferStatus.accepted})


class PaymentStatus(StrEnum):
    pending = "pending"
    captured = "captured"
    failed = "failed"
    closed = "closed"


class RefundStatus(StrEnum):
    requested = "requested"
    sent = "sent"
    processing = "processing"
    succeeded = "succeeded"
    failed = "failed"
    needs_attention = "needs_attention"
    redirected = "redirected"
    bounced = "bounced"
    dropped = "dropped"


REPLACED_REFUND = frozenset({RefundStatus.redirected, RefundStatus.dropped})  # another number stands for its money
LIVE_REFUND = frozenset(set(RefundStatus) - {RefundStatus.succeeded} - REPLACED_REFUND)


class RefundCause(StrEnum):
    """Which promise a refund keeps; every refund names one."""

    case = "case"
    cancel_now = "cancel_now"
    closed_then_paid = "closed_then_paid"
    paid_twice = "paid_twice"
    transfer = "transfer"
    wrong_amount = "wrong_amount"
    recall = "recall"
    gift = "gift"


class Channel(StrEnum):
    """How the shopper pays; money goes back the same way (original route)."""

    alipay = "alipay"
    wechat = "wechat"
    bank_card = "bank_card"


class Way(StrEnum):
    """The four ways out of an order, in the order they are tried (R17)."""

    cancel_now = "cancel_now"
    request = "request"
    return_ = "return"
    appeal = "appeal"


class Outcome(StrEnum):
    open = "open"
    refused = "refused"


class Offer(StrEnum):
    """Where a refusal leads: one of the ways, or a place that helps."""

    cancel_now = "cancel_now"
    request = "request"
    return_ = "return"
    appeal = "appeal"
    support = "support"
    order = "order"
    orders = "orders"
    shop = "shop"
    form = "form"
    sign_in = "sign_in"
    confirm = "confirm"
    case = "case"
    overview = "overview"
    transfer = "transfer"


@dataclass(frozen=True)
class Actor:
    """Who is asking: found from the session cookie at every call, never from an argument."""

    id: int
    role: Role
    shop_id: int | None = None


SYSTEM = Actor(0, Role.system)


class Refused(Exception):
    """The one business exception: why, where to go instead, which fields are wrong (`{field: FieldError}`).

    `status` is the state found instead when the page was stale (R16); `n` a number and `at` a moment that the words of
    the refusal name: how many are possible now, when the act opens. `lines`: which lines of a field are wrong, and why.
    """

    def __init__(
        self,
        reason: Reason,
        offer: Offer,
        fields: dict[str, str] | None = None,
        status: str = "",
        n: int | None = None,
        at: datetime | None = None,
        lines: tuple[WrongLine, ...] = (),
    ) -> None:
        super().__init__(reason, offer)
        self.reason, self.offer, self.fields, self.status = reason, offer, fields or {}, status
        self.n, self.at, self.lines = n, at, lines


def invalid(*lines: WrongLine, **fields: FieldError) -> Refused:
    """The form is wrong in these fields, one of them in these lines; nothing was done."""
    return Refused(Reason.invalid, Offer.form, {name: error.value for name, error in fields.items()}, lines=lines)
