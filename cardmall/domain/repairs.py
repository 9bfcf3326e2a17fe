"""What can be wrong with an order beyond anybody's will, and what may be done about it without a person (R60, R61)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cardmall.domain.jobs import JobKind
from cardmall.domain.refunding import REDIRECTABLE, Hindrance
from cardmall.domain.terms import (
    LIVE_REFUND,
    Abnormal,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    RefundStatus,
    Role,
    Stage,
    TransferStatus,
)


class Trouble(StrEnum):
    """Something the house should have done, or should never have let happen."""

    dead_job = "dead_job"
    late_job = "late_job"
    no_stock = "no_stock"
    no_expiry = "no_expiry"
    no_delivery = "no_delivery"
    no_completion = "no_completion"
    no_settlement = "no_settlement"
    no_deadline = "no_deadline"
    no_transfer_end = "no_transfer_end"
    idle_hold = "idle_hold"
    endless_hold = "endless_hold"
    stray_card = "stray_card"
    unsent_refund = "unsent_refund"
    unasked_refund = "unasked_refund"
    silent_refund = "silent_refund"
    unlisted_code = "unlisted_code"
    refund_stuck = "refund_stuck"
    refund_returned = "refund_returned"
    refund_twice = "refund_twice"
    refund_lost = "refund_lost"
    wrong_amount = "wrong_amount"
    money_without_owner = "money_without_owner"
    sold_twice = "sold_twice"
    wrong_stage = "wrong_stage"


class Repair(StrEnum):
    """What is done about it; `support`: a person must look."""

    run_again = "run_again"
    look_for_stock = "look_for_stock"
    schedule = "schedule"
    lift_hold = "lift_hold"
    release_card = "release_card"
    send_refund = "send_refund"
    ask_channel = "ask_channel"
    restage = "restage"
    top_up = "top_up"
    ask_account = "ask_account"
    close_twins = "close_twins"
    end_arrived = "end_arrived"
    confirm_return = "confirm_return"
    write_off = "write_off"
    support = "support"


@dataclass(frozen=True)
class Truth:
    """An order as it really stands. `lacks`: it has not all cards.
    `waiting`, `dead`, `late`: kinds of its jobs; a dead one waits for somebody, too.

    `case`: the open one. `grace`: the platform approves it by itself.
    `transfer`: the open offer. `replacing`: other cards are on offer.
    `refunds`: those that have not arrived, each with whether a job will move it.
    `silent`: the channel has not answered one of them for longer than a moment.
    `unlisted`: it answered about one of them with a code nobody has listed.
    `unsettled`: the platform holds money of an ended order that no refund will take.
    `sold_twice`: a code of it was sold before, with another order, and no admin has looked at it.
    `returned`: the channel says that a refund which had arrived came back; nobody has confirmed it yet.
    `heirs`: of each replaced refund that was paid all the same and not written off, where its last successor stands.
    `ownerless`: captured money on a closed order that no refund and no case accounts for.
    """

    status: OrderStatus
    mode: DeliveryMode = DeliveryMode.auto
    stage: Stage | None = None
    right_stage: Stage | None = None
    abnormal: Abnormal | None = None
    lacks: bool = False
    waiting: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    held: bool = False
    hold_ends: bool = False
    case: CaseStatus | None = None
    grace: bool = False
    transfer: TransferStatus | None = None
    replacing: bool = False
    reserved: bool = False
    refunds: tuple[tuple[RefundStatus, bool], ...] = ()
    silent: bool = False
    unlisted: bool = False
    unsettled: bool = False
    sold_twice: bool = False
    ownerless: bool = False
    returned: bool = False
    heirs: frozenset[RefundStatus] = frozenset()


_OFFERED = TransferStatus.offered  # once accepted, the receiver's order expires
_UNSENT = (RefundStatus.requested, RefundStatus.failed)
_NEED_A_PERSON = (RefundStatus.needs_attention, RefundStatus.bounced)
_ASKED = (RefundStatus.sent, RefundStatus.processing)
_MAY_LEAVE = LIVE_REFUND - set(_NEED_A_PERSON)  # an heir that needs a person is told as refund_stuck
TroubleFits = Callable[[Truth], bool]


def case_jobs(case: CaseStatus, *, grace: bool, delivered: bool) -> frozenset[JobKind]:
    """The jobs an open case needs, so that silence ends it."""
    if case is CaseStatus.appeal:
        return frozenset({JobKind.ruling_late, JobKind.end_grace} if grace and not delivered else {JobKind.ruling_late})
    if case is CaseStatus.overdue and grace:
        return frozenset({JobKind.end_grace})
    return frozenset({JobKind.case_deadline})


def missing_jobs(truth: Truth) -> frozenset[JobKind]:
    """What the open case needs and nobody waits to do."""
    if truth.case is None:
        return frozenset()
    delivered = truth.status is not OrderStatus.awaiting_delivery
    return case_jobs(truth.case, grace=truth.grace, delivered=delivered) - truth.waiting


def _lacks(status: OrderStatus, kind: JobKind) -> TroubleFits:
    return lambda t: t.status is status and kind not in t.waiting


def _undeliverable(t: Truth) -> bool:
    """Nothing will deliver it: by itself, not held, and no job."""
    by_itself = t.mode is DeliveryMode.auto and not t.held
    return by_itself and _lacks(OrderStatus.awaiting_delivery, JobKind.deliver)(t)


def _is_short(t: Truth) -> bool:
    """Its cards are missing at its time: flagged so, or for something else besides."""
    return t.abnormal is Abnormal.no_stock or (t.lacks and t.abnormal is not None)


def _is_free(t: Truth) -> bool:
    """Neither in a case nor offered to somebody else: nothing holds it."""
    return t.case is None and t.transfer is None


def _has_refund(*statuses: RefundStatus) -> TroubleFits:
    return lambda t: any(status in statuses and not moved for status, moved in t.refunds)


RULES: tuple[tuple[Trouble, TroubleFits], ...] = (
    (Trouble.dead_job, lambda t: bool(t.dead)),
    (Trouble.late_job, lambda t: bool(t.late)),
    (Trouble.no_stock, lambda t: _is_short(t) and not t.held),
    (Trouble.no_expiry, _lacks(OrderStatus.pending_payment, JobKind.expire_order)),
    (Trouble.no_delivery, _undeliverable),
    (Trouble.no_completion, _lacks(OrderStatus.delivered, JobKind.complete)),
    (Trouble.no_settlement, lambda t: t.unsettled and not t.ownerless and JobKind.settle not in t.waiting),
    (Trouble.no_deadline, lambda t: bool(missing_jobs(t))),
    (Trouble.no_transfer_end, lambda t: t.transfer is _OFFERED and JobKind.transfer_deadline not in t.waiting),
    (Trouble.idle_hold, lambda t: t.held and _is_free(t) and not t.hold_ends),
    (Trouble.endless_hold, lambda t: t.hold_ends and _is_free(t) and JobKind.end_hold not in t.waiting),
    (Trouble.stray_card, lambda t: t.reserved and t.status is not OrderStatus.pending_payment and not t.replacing),
    (Trouble.unsent_refund, _has_refund(*_UNSENT)),
    (Trouble.unasked_refund, _has_refund(*_ASKED)),
    (Trouble.silent_refund, lambda t: t.silent),
    (Trouble.unlisted_code, lambda t: t.unlisted),
    (Trouble.refund_stuck, lambda t: any(status in _NEED_A_PERSON for status, _ in t.refunds)),
    (Trouble.refund_returned, lambda t: t.returned),
    (Trouble.refund_twice, lambda t: bool(t.heirs & _MAY_LEAVE)),
    (Trouble.refund_lost, lambda t: bool(t.heirs - LIVE_REFUND)),
    (Trouble.wrong_amount, lambda t: t.abnormal is Abnormal.wrong_amount),
    (Trouble.money_without_owner, lambda t: t.ownerless),
    (Trouble.sold_twice, lambda t: t.sold_twice),
    (Trouble.wrong_stage, lambda t: t.stage is not t.right_stage),
)

SAFE: dict[Trouble, Repair] = {
    Trouble.dead_job: Repair.run_again,
    Trouble.late_job: Repair.run_again,
    Trouble.no_stock: Repair.look_for_stock,
    Trouble.no_expiry: Repair.schedule,
    Trouble.no_delivery: Repair.schedule,
    Trouble.no_completion: Repair.schedule,
    Trouble.no_settlement: Repair.schedule,
    Trouble.no_deadline: Repair.schedule,
    Trouble.no_transfer_end: Repair.schedule,
    Trouble.idle_hold: Repair.lift_hold,
    Trouble.endless_hold: Repair.schedule,
    Trouble.stray_card: Repair.release_card,
    Trouble.unsent_refund: Repair.send_refund,
    Trouble.unasked_refund: Repair.ask_channel,
    Trouble.silent_refund: Repair.ask_channel,
    Trouble.unlisted_code: Repair.ask_channel,
    Trouble.refund_twice: Repair.ask_channel,
    Trouble.wrong_stage: Repair.restage,
}
BY_ADMIN: dict[Trouble, Repair] = {
    Trouble.refund_stuck: Repair.send_refund,
    Trouble.refund_returned: Repair.confirm_return,
    Trouble.refund_lost: Repair.write_off,
    Trouble.sold_twice: Repair.close_twins,
}


def repair_of_stuck(hindrance: Hindrance | None) -> Repair:
    """What an admin is advised to do about a refund that needs a person."""
    if hindrance is Hindrance.balance_low:
        return Repair.top_up
    if hindrance is Hindrance.arrived:
        return Repair.end_arrived
    if hindrance is Hindrance.refused:
        return Repair.support
    return Repair.ask_account if hindrance in REDIRECTABLE else Repair.send_refund


def troubles(truth: Truth) -> tuple[Trouble, ...]:
    """Everything that is wrong, in the order it is repaired; () for a healthy order."""
    return tuple(trouble for trouble, fits in RULES if fits(truth))


def repair_for(trouble: Trouble, role: Role) -> Repair:
    """What `role` may set going; what is not safe without a person goes to support."""
    known = SAFE | BY_ADMIN if role is Role.admin else SAFE
    return known.get(trouble, Repair.support)
