"""The one most urgent thing of an order: what stands first on its page (R68)."""

from enum import StrEnum


class Panel(StrEnum):
    """What its shopper is told first."""

    to_pay = "to_pay"
    paying = "paying"
    wrong_amount = "wrong_amount"
    waiting = "waiting"
    waiting_manual = "waiting_manual"
    in_case = "in_case"
    info_requested = "info_requested"
    offered = "offered"
    appeal = "appeal"
    overdue = "overdue"
    rejected = "rejected"
    refunding = "refunding"
    refunded = "refunded"
    sealed = "sealed"
    partly_used = "partly_used"
    used = "used"
    recalled = "recalled"
    receipt = "receipt"
    no_stock = "no_stock"
    shop_disabled = "shop_disabled"
    refund_stuck = "refund_stuck"
    refund_asked = "refund_asked"
    refund_bounced = "refund_bounced"
    transfer_offered = "transfer_offered"
    transfer_accepted = "transfer_accepted"
    canceled = "canceled"
    expired = "expired"
    completed = "completed"

    @property
    def is_calm(self) -> bool:
        """Whether nothing is awaited from anybody: what was bought comes before it."""
        return self in (Panel.sealed, Panel.partly_used, Panel.used, Panel.recalled, Panel.receipt, Panel.completed)
