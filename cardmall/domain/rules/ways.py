"""Can I cancel? The four ways as one ordered table (R17). The page, the API and the use cases all call decide()."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.refunds import Policy, RefundPreview, preview
from cardmall.domain.terms import (
    OPEN_CASE,
    RULED,
    CardStatus,
    CaseStatus,
    FieldError,
    Offer,
    OrderStatus,
    Outcome,
    Reason,
    Way,
    invalid,
)


@dataclass(frozen=True)
class Facts:
    """All that decides about the ways out of one order. Times are aware UTC, money integer fen.

    `quantity`: the pieces left, those canceled before delivery not counted. `appealable`: the pieces an appeal could be
    about now that no ruling was about. `done_…`: cards that stayed after a ruling or an accepted amount. `sealed_at`:
    when each card still sealed came to the shopper. `unconfirmed`: it was delivered by a receipt that its shopper has
    not confirmed. `recalled`: cards under recall that were not dealt with yet. `last_case_gone`: every card of the last
    case is void by now.
    """

    status: OrderStatus
    quantity: int
    unit_price: int
    policy: Policy
    cards: tuple[CardStatus, ...] = ()
    delivered_at: datetime | None = None
    revealed: tuple[datetime, ...] = ()  # when each card that is not void was first looked at
    sealed_at: tuple[datetime, ...] = ()
    paying: bool = False  # the channel says that the money is on its way
    last_case_pieces: int = 0
    promised_at: datetime | None = None
    stock_missing: bool = False
    shop_disabled: bool = False
    requests_used: int = 0
    last_case: CaseStatus | None = None
    last_case_ended_at: datetime | None = None
    ruled_before: bool = False
    appealable: int = 0
    done_revealed: tuple[datetime, ...] = ()
    done_sealed: tuple[datetime, ...] = ()
    unconfirmed: bool = False
    recalled: tuple[CardStatus, ...] = ()
    last_case_gone: bool = False

    @property
    def ended(self) -> bool:
        return self.status in (OrderStatus.canceled, OrderStatus.expired)

    @property
    def unpaid(self) -> bool:
        return self.status is OrderStatus.pending_payment

    @property
    def awaiting(self) -> bool:
        return self.status is OrderStatus.awaiting_delivery

    @property
    def abandoned(self) -> bool:
        """Paid, and its shop was disabled before it delivered: nothing is coming any more."""
        return self.awaiting and self.shop_disabled

    @property
    def case_open(self) -> bool:
        return self.last_case in OPEN_CASE

    @property
    def last_revealed_at(self) -> datetime | None:
        return max(self.revealed, default=None)

    @property
    def sealed(self) -> int:
        return self.cards.count(CardStatus.sealed)

    def promise_broken(self, now: datetime) -> bool:
        """The delivery promise has passed and there is nothing to deliver (R41)."""
        return self.stock_missing and self.promised_at is not None and self.promised_at < now

    def rejected_lately(self, now: datetime) -> bool:
        """The last case was rejected at most 7 days ago and no card was revealed since."""
        ended = self.last_case_ended_at
        if self.last_case is not CaseStatus.rejected or self.last_case_gone:
            return False
        if ended is None or now - ended > limits.APPEAL_WINDOW:
            return False
        return self.last_revealed_at is None or self.last_revealed_at <= ended

    @property
    def ruled(self) -> bool:
        """A ruling is final for the pieces it was about."""
        return (self.ruled_before or self.last_case in RULED) and not self.appealable

    def fault_until(self, at: datetime) -> datetime:
        """The last moment to report a fault of a card first looked at then; a receipt waits to be confirmed (R94)."""
        return at + (limits.RECEIPT_WINDOW if self.unconfirmed else limits.FAULT_WINDOW)

    def may_report_fault(self, at: datetime, now: datetime) -> bool:
        return now <= self.fault_until(at)

    def used_lately(self, now: datetime) -> int:
        """Cards looked at so lately that a fault may be reported; what was dealt with once is not taken up again."""
        late = [sum(self.may_report_fault(at, now) for at in some) for some in (self.revealed, self.done_revealed)]
        return late[0] - late[1]

    def kept(self, now: datetime) -> int:
        """Sealed cards that cannot be given back, and came so lately that a fault may be reported."""
        if self.policy.return_allowed:
            return 0
        late = [sum(sealed_lately(at, now) for at in some) for some in (self.sealed_at, self.done_sealed)]
        return late[0] - late[1]

    def faulty(self, now: datetime) -> int:
        """Pieces an appeal for a fault covers: looked at lately, or sealed and not to be given back."""
        return self.used_lately(now) + self.kept(now)

    def too_late(self, now: datetime) -> bool:
        """Every card was looked at, or came, too long ago for a fault to be reported."""
        looked = self.last_revealed_at is not None and not self.may_report_fault(self.last_revealed_at, now)
        return looked or (self.delivered_at is not None and not sealed_lately(self.delivered_at, now))

    def window_over(self, now: datetime) -> bool:
        return self.delivered_at is None or now - self.delivered_at > timedelta(days=self.policy.window_days)


def sealed_lately(at: datetime, now: datetime) -> bool:
    """A fault of a sealed card that cannot be given back and came then may be reported now."""
    return now - at <= limits.SEALED_FAULT_WINDOW


@dataclass(frozen=True)
class Decision:
    """Whether a way is open, why, and what follows: what comes back, where else to go."""

    way: Way
    outcome: Outcome
    reason: Reason
    offer: Offer
    preview: RefundPreview | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is Outcome.open


WayRow = tuple[Callable[[Facts, datetime], bool], Outcome, Reason]
OPEN, REFUSED = Outcome.open, Outcome.refused

_ENDED: WayRow = (lambda f, now: f.ended, REFUSED, Reason.already_closed)
_UNPAID: WayRow = (lambda f, now: f.unpaid, REFUSED, Reason.not_paid)
_CASE: WayRow = (lambda f, now: f.case_open, REFUSED, Reason.case_open)
_TRIES: WayRow = (lambda f, now: f.requests_used >= limits.REQUESTS, REFUSED, Reason.too_many_attempts)

TABLE: dict[Way, tuple[WayRow, ...]] = {
    Way.cancel_now: (
        _ENDED,
        (lambda f, now: f.unpaid, OPEN, Reason.unpaid),
        (lambda f, now: f.abandoned, OPEN, Reason.shop_disabled),
        (lambda f, now: f.awaiting and f.promise_broken(now), OPEN, Reason.shop_fault),
        (lambda f, now: True, REFUSED, Reason.already_paid),
    ),
    Way.request: (
        _ENDED,
        _UNPAID,
        _CASE,
        (lambda f, now: not f.awaiting, REFUSED, Reason.delivered),
        (lambda f, now: f.abandoned, REFUSED, Reason.shop_disabled),
        _TRIES,
        (lambda f, now: True, OPEN, Reason.not_delivered),
    ),
    Way.return_: (
        _ENDED,
        _UNPAID,
        _CASE,
        (lambda f, now: f.awaiting, REFUSED, Reason.not_delivered),
        (lambda f, now: not f.sealed, REFUSED, Reason.used),
        (lambda f, now: not f.policy.return_allowed, REFUSED, Reason.product_final),
        (lambda f, now: f.window_over(now), REFUSED, Reason.window_over),
        _TRIES,
        (lambda f, now: True, OPEN, Reason.sealed),
    ),
    Way.appeal: (
        _ENDED,
        _UNPAID,
        (lambda f, now: f.ruled, REFUSED, Reason.ruled),
        (lambda f, now: f.last_case is CaseStatus.overdue and not f.last_case_gone, OPEN, Reason.merchant_silent),
        (lambda f, now: f.rejected_lately(now), OPEN, Reason.rejected),
        _CASE,
        (lambda f, now: f.used_lately(now) > 0, OPEN, Reason.fault),
        (lambda f, now: f.kept(now) > 0, OPEN, Reason.fault),
        (lambda f, now: f.too_late(now), REFUSED, Reason.window_over),
        (lambda f, now: True, REFUSED, Reason.nothing_to_appeal),
    ),
}


def _verdict(way: Way, facts: Facts, now: datetime) -> tuple[Outcome, Reason]:
    """The first row that fits; every list ends with one that always does."""
    return next((outcome, reason) for fits, outcome, reason in TABLE[way] if fits(facts, now))


def _offer(way: Way, reason: Reason, facts: Facts, now: datetime) -> Offer:
    """The first way that is open; else the open case, where that is what stands in the way; else support."""
    helps = Offer.case if reason is Reason.case_open else Offer.support
    return next((Offer(w) for w in Way if w is not way and _verdict(w, facts, now)[0] is OPEN), helps)


def _preview(way: Way, reason: Reason, facts: Facts, now: datetime) -> RefundPreview | None:
    if facts.unpaid:
        return None
    if way is Way.appeal:
        pieces = facts.faulty(now) if reason is Reason.fault else facts.last_case_pieces
        return preview(min(pieces, facts.quantity), facts.unit_price)
    if way is Way.return_:
        return preview(facts.sealed, facts.unit_price, facts.policy.fee_permille)
    return preview(facts.quantity, facts.unit_price)


_WORKDAYS = {
    Way.request: limits.REVIEW_WORKDAYS,
    Way.return_: limits.REVIEW_WORKDAYS,
    Way.appeal: limits.RULING_WORKDAYS,
}


def answered_by(decision: Decision, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """By when somebody answers who is asked now; None where the way is closed, or nobody is asked."""
    days = _WORKDAYS.get(decision.way)
    return calendar.due(now, days) if days and decision.is_open else None


def decide(way: Way, facts: Facts, now: datetime) -> Decision:
    """Is this way open now? Total: every facts and time has an answer, every refusal an offer that leads somewhere."""
    outcome, reason = _verdict(way, facts, now)
    if outcome is REFUSED:
        return Decision(way, outcome, reason, _offer(way, reason, facts, now))
    return Decision(way, outcome, reason, Offer(way), _preview(way, reason, facts, now))


def decide_since(first: datetime, way: Way, facts: Facts, now: datetime) -> Decision:
    """Judged by an earlier attempt our own fault stopped: what the delay alone brought is not held against it (R63).

    Pieces delivered since and all still sealed count as not delivered; a window that ended since counts as open.
    """
    found = decide(way, facts, now)
    if found.is_open:
        return found
    late = facts.delivered_at is not None and facts.delivered_at > first and facts.sealed == facts.quantity
    then = replace(facts, status=OrderStatus.awaiting_delivery, delivered_at=None) if late else facts
    before = decide(way, then, first)
    return before if before.is_open else found


def decide_pieces(decision: Decision, facts: Facts, pieces: int) -> Decision:
    """The same decision about some of the pieces it covers, 1 to all of them; else Refused beside `pieces`."""
    shown = decision.preview
    if shown is None or not 1 <= pieces <= shown.pieces:
        raise invalid(pieces=FieldError.out_of_range)
    fee = facts.policy.fee_permille if decision.way is Way.return_ else 0
    return replace(decision, preview=preview(pieces, facts.unit_price, fee))


def ways(facts: Facts, now: datetime) -> tuple[Decision, ...]:
    """The four ways side by side."""
    return tuple(decide(way, facts, now) for way in Way)


def form_open(decisions: Iterable[Decision]) -> Way | None:
    """The way whose form may be sent to the merchant now: a request or a return; None where neither may."""
    return next((d.way for d in decisions if d.is_open and d.way in (Way.request, Way.return_)), None)


def may_appeal(decisions: Iterable[Decision]) -> bool:
    """Whether the appeal is open."""
    return any(d.is_open and d.way is Way.appeal for d in decisions)


def best(decisions: tuple[Decision, ...], *, appeal_first: bool = False) -> Decision | None:
    """The way a list row or a button shows: the first that is open.

    `appeal_first`: against a rejection, the appeal comes before asking the same merchant again.
    """
    opened = [d for d in decisions if d.is_open]
    appeals = [d for d in opened if appeal_first and d.reason is Reason.rejected]
    at_once = [d for d in opened if d.way is Way.cancel_now]
    return next(iter([*at_once, *appeals, *opened]), None)
