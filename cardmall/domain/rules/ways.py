"""Can I cancel? The four ways as one ordered table (R17). The page, the API and the use cases all call decide()."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.refunds import RefundPreview, lies_on, preview
from cardmall.domain.terms import CaseStatus, FieldError, Offer, OrderStatus, Outcome, Reason, Way, invalid
from cardmall.domain.way_facts import Facts


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

_APPEAL = Way.appeal

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
        (lambda f, now: not _comes_back(Way.request, Reason.not_delivered, f, now), REFUSED, Reason.nothing_left),
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
        (lambda f, now: not _comes_back(Way.return_, Reason.sealed, f, now), REFUSED, Reason.nothing_left),
        (lambda f, now: True, OPEN, Reason.sealed),
    ),
    Way.appeal: (
        _ENDED,
        _UNPAID,
        (lambda f, now: f.ruled, REFUSED, Reason.ruled),
        (lambda f, now: f.last_case is CaseStatus.overdue and not f.last_case_gone, OPEN, Reason.merchant_silent),
        (
            lambda f, now: f.rejected_lately(now) and _comes_back(_APPEAL, Reason.rejected, f, now),
            OPEN,
            Reason.rejected,
        ),
        _CASE,
        (lambda f, now: f.used_lately(now) > 0 and _comes_back(_APPEAL, Reason.fault, f, now), OPEN, Reason.fault),
        (lambda f, now: f.kept(now) > 0 and _comes_back(_APPEAL, Reason.fault, f, now), OPEN, Reason.fault),
        (lambda f, now: f.rejected_lately(now) or f.faulty(now) > 0, REFUSED, Reason.nothing_left),
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
    pieces, fee = facts.quantity, 0
    if way is Way.appeal:
        pieces = min(facts.faulty(now) if reason is Reason.fault else facts.last_case_pieces, facts.quantity)
    if way is Way.return_:
        pieces, fee = facts.sealed, facts.policy.fee_permille
    return preview(pieces, facts.unit_price, fee, _given(way, reason, facts, pieces, now))


def _given(way: Way, reason: Reason, facts: Facts, pieces: int, now: datetime) -> int:
    """What was given back before for the pieces that the way is about, in fen (R96)."""
    if way is Way.appeal and reason is Reason.fault:
        return sum(one.fen for one in facts.given_for if facts.is_faulty(one, now))
    if way is Way.appeal:
        return lies_on(facts.given, facts.quantity, pieces) + sum(one.fen for one in facts.given_for if one.asked)
    if way is Way.return_:
        return sum(one.fen for one in facts.given_for if one.sealed_at)
    return facts.given + sum(one.fen for one in facts.given_for)


def _comes_back(way: Way, reason: Reason, facts: Facts, now: datetime) -> bool:
    """Something does: not all of what was paid for the pieces was given back before (R96)."""
    shown = _preview(way, reason, facts, now)
    return shown is None or shown.paid > 0 or not _given(way, reason, facts, shown.pieces, now)


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


def decide_pieces(decision: Decision, facts: Facts, pieces: int, cards: Collection[str] = ()) -> Decision:
    """The same decision about some of the pieces it covers, 1 to all of them; else Refused beside `pieces`, as where
    nothing would come back. `cards`: theirs; before delivery there are none, and the last pieces go."""
    shown = decision.preview
    if shown is None or not 1 <= pieces <= shown.pieces:
        raise invalid(pieces=FieldError.out_of_range)
    fee = facts.policy.fee_permille if decision.way is Way.return_ else 0
    given = lies_on(facts.given, facts.quantity, pieces) + sum(one.fen for one in facts.given_for if one.card in cards)
    found = preview(pieces, facts.unit_price, fee, given)
    if given and not found.paid:
        raise invalid(pieces=FieldError.out_of_range)
    return replace(decision, preview=found)


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
