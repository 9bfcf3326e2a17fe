"""How a refund travels: when it may be sent, what a failure asks of us, when it arrives (R57-R59)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.terms import REPLACED_REFUND, Channel, RefundCause, RefundStatus


class Hindrance(StrEnum):
    """What stands in a refund's way, whichever channel says it."""

    busy = "busy"  # the same call may succeed later
    balance_low = "balance_low"  # the merchant account at the channel must be filled first
    account_closed = "account_closed"
    too_old = "too_old"
    too_many_parts = "too_many_parts"
    refused = "refused"  # the channel will never take it as it is
    tries_used = "tries_used"
    arrived = "arrived"  # the money is there already, under the number it was redirected from


class DestinationKind(StrEnum):
    """Where a redirected refund may go."""

    alipay = "alipay"
    bank_card = "bank_card"


ASTRAY = frozenset({RefundCause.closed_then_paid, RefundCause.paid_twice, RefundCause.wrong_amount})
"""Of money that never paid for the order."""

FINAL = frozenset(Hindrance) - {Hindrance.busy, Hindrance.balance_low}
REDIRECTABLE = FINAL - {Hindrance.tries_used, Hindrance.arrived, Hindrance.refused}  # only another destination helps
NEVER_REDIRECTED = frozenset({Hindrance.refused, Hindrance.arrived})  # the money may have gone back already


@dataclass(frozen=True)
class Stuck:
    """A refund that needs a person. `sent`: it left at least once.

    `failed`: the channel, asked about its number, said that it failed. `burnt`: asked twice, half an hour apart, the
    channel knew no such number; it is not used again where another account helps.
    `asked_for`: an admin asked for another account.
    """

    hindrance: Hindrance
    sent: bool
    failed: bool = False
    burnt: bool = False
    asked_for: bool = False

    @property
    def is_unpaid(self) -> bool:
        """Its money surely did not go back."""
        return not self.sent or self.failed or self.burnt


def is_redirectable(stuck: Stuck) -> bool:
    """May its money go to another account? Only when it surely did not go back, and another account helps."""
    if stuck.hindrance in NEVER_REDIRECTED:
        return False
    helps = stuck.hindrance in REDIRECTABLE or stuck.asked_for or stuck.burnt
    return helps and stuck.is_unpaid


def may_send_again(stuck: Stuck) -> bool:
    """May its own number be sent once more? Not when the money arrived, nor a burnt number whose money goes elsewhere.

    A burnt number that no other account helps is sent again: nothing was redirected, and the channel knows it not.
    """
    if stuck.hindrance is Hindrance.arrived:
        return False
    return not (stuck.burnt and (stuck.hindrance in REDIRECTABLE or stuck.asked_for))


def missing_again_in(first: datetime | None, now: datetime) -> timedelta | None:
    """The channel knows no such number: how long until it is asked a second time; None: that was the second time."""
    if first is None:
        return limits.MISSING_APART
    left = first + limits.MISSING_APART - now
    return left if left > timedelta() else None


def resend_after(hindrance: Hindrance, failures: int) -> timedelta | None:
    """How long to wait after the `failures`-th failure before sending the same number; None: a person must look."""
    if hindrance in FINAL or failures >= limits.REFUND_TRIES:
        return None
    return limits.BALANCE_AGAIN if hindrance is Hindrance.balance_low else timedelta(minutes=2**failures)


def stuck_by(hindrance: Hindrance) -> Hindrance:
    """Why a refund needs a person: what is final, or that all tries are used."""
    return hindrance if hindrance in FINAL else Hindrance.tries_used


def ask_after(waiting: timedelta) -> timedelta:
    """How long until a channel that has been silent for `waiting` is asked again: every minute first, then seldom."""
    return next(pause for until, pause in limits.REFUND_ASKED if waiting < until)


@dataclass(frozen=True)
class Sending:
    """What decides whether a refund may be sent on its payment. `parts`: its other refunds sent before.

    `last_sent_at`: when the last of those was sent. `redirected`: it goes to a new destination, not back the way.
    """

    channel: Channel
    captured_at: datetime
    parts: int = 0
    last_sent_at: datetime | None = None
    redirected: bool = False


def send_in(facts: Sending, now: datetime) -> timedelta:
    """How long until the channel may be called; 0 or less: now."""
    if facts.last_sent_at is None:
        return timedelta()
    return facts.last_sent_at + limits.REFUNDS_APART[facts.channel] - now


def hindrance_of(facts: Sending, now: datetime) -> Hindrance | None:
    """What the channel's own limits would refuse; there is no use in asking it."""
    if facts.redirected:
        return None
    if now - facts.captured_at > limits.REFUND_WITHIN:
        return Hindrance.too_old
    return Hindrance.too_many_parts if facts.parts >= limits.REFUND_PARTS else None


def arrives(channel: Channel, sent: datetime, calendar: WorkCalendar) -> datetime:
    """When money sent at `sent` is expected: wallets within minutes, bank cards within three working days."""
    if channel is Channel.bank_card:
        return calendar.due(sent, limits.ARRIVAL_WORKDAYS[1])
    return sent + limits.WALLET_ARRIVAL


def is_expected(status: RefundStatus) -> bool:
    """Its arrival can be told: one that failed stands still, whatever was expected of the last try."""
    return status not in _STANDING


_STANDING = REPLACED_REFUND | {RefundStatus.failed, RefundStatus.needs_attention, RefundStatus.bounced}


def is_late_refund(expected: datetime, calendar: WorkCalendar, now: datetime) -> bool:
    """Three working days past the expected arrival: time to ask the payment institution (R58)."""
    return now >= calendar.due(expected, limits.ARRIVAL_LATE_WORKDAYS)
