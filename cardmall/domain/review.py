"""What each side of a case may do now, and which reasons a merchant may give."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.lifecycle import CASE
from cardmall.domain.terms import CaseKind, CaseReason, CaseStatus, Offer, Outcome, Reason, Refused, RejectReason, Role


class CaseAction(StrEnum):
    """An act on an open case; the graph's verbs, and the reminder, which moves nothing."""

    withdraw = "withdraw"
    answer = "answer"
    accept = "accept"
    decline = "decline"
    remind = "remind"
    approve = "approve"
    reject = "reject"
    ask = "ask"
    offer = "offer"
    concede = "concede"
    ask_partial = "ask_partial"
    respond = "respond"
    rule_shopper = "rule_shopper"
    rule_split = "rule_split"
    rule_merchant = "rule_merchant"


class OfferKind(StrEnum):
    """A counter-offer: less money, or other cards."""

    amount = "amount"
    replacement = "replacement"


class RoundKind(StrEnum):
    """Which step a round of evidence belongs to."""

    opened = "opened"
    asked = "asked"
    answered = "answered"
    offered = "offered"
    rejected = "rejected"
    appealed = "appealed"
    responded = "responded"
    partial = "partial"
    ruled = "ruled"


@dataclass(frozen=True)
class CaseFacts:
    """All that decides who may do what to a case."""

    status: CaseStatus
    deadline: datetime
    asks: int = 0
    offers: int = 0
    offered: bool = False
    reminds: int = 0
    reminded_at: datetime | None = None
    ended_at: datetime | None = None
    partials: int = 0
    heard_until: datetime | None = None
    merchant_heard: bool = False
    rounds: int = 0  # of the viewer's side in the appeal

    def too_late(self, now: datetime) -> bool:
        """The merchant's time is over, even when the job that says so is late."""
        return self.status is CaseStatus.review and now >= self.deadline + limits.DEADLINE_SECOND

    def reminded_lately(self, now: datetime) -> bool:
        return self.reminded_at is not None and now < self.reminded_at + limits.REMIND_EVERY

    def hearing(self, now: datetime) -> bool:
        """The merchant may still answer an appeal: nobody is judged unheard."""
        return self.heard_until is not None and now < self.heard_until

    def rejection_over(self, now: datetime) -> bool:
        return self.ended_at is None or now > self.ended_at + limits.APPEAL_WINDOW


@dataclass(frozen=True)
class Turn:
    """May this be done now; if not, why, what helps, and from when on it may be (`opens_at`)."""

    action: CaseAction
    outcome: Outcome
    reason: Reason | None = None
    offer: Offer | None = None
    opens_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is Outcome.open

    def refusal(self, status: str = "") -> Refused:
        """What a use case raises; `status`: the state found. ValueError: the turn is open."""
        if self.reason is None or self.offer is None:
            raise ValueError(f"{self.action} is open")
        return Refused(self.reason, self.offer, status=status)


_IN_REVIEW = (CaseStatus.review, CaseStatus.overdue)
RULINGS = (CaseAction.rule_shopper, CaseAction.rule_split, CaseAction.rule_merchant)
_UNMOVING = (CaseAction.remind, CaseAction.respond)  # acts that lead to no other state
_OF_ROLE = {
    Role.shopper: {CaseAction.remind, CaseAction.respond},
    Role.merchant: {CaseAction.respond},
}
_REFUSED: tuple[tuple[CaseAction, Callable[[CaseFacts, datetime], bool], Reason, Offer], ...] = (
    (CaseAction.reject, lambda f, now: f.too_late(now), Reason.stale, Offer.case),
    (CaseAction.ask, lambda f, now: f.too_late(now), Reason.stale, Offer.case),
    (CaseAction.ask, lambda f, now: f.asks >= limits.ASKS, Reason.asked_before, Offer.case),
    (CaseAction.offer, lambda f, now: f.too_late(now), Reason.stale, Offer.case),
    (CaseAction.offer, lambda f, now: f.offers >= limits.OFFERS, Reason.offers_used, Offer.case),
    (CaseAction.accept, lambda f, now: not f.offered, Reason.no_offer, Offer.case),
    (CaseAction.decline, lambda f, now: not f.offered, Reason.no_offer, Offer.case),
    (CaseAction.ask_partial, lambda f, now: f.partials >= limits.PARTIALS, Reason.partial_used, Offer.appeal),
    (CaseAction.ask_partial, lambda f, now: f.rejection_over(now), Reason.window_over, Offer.support),
    (CaseAction.respond, lambda f, now: f.status is not CaseStatus.appeal, Reason.stale, Offer.case),
    (CaseAction.respond, lambda f, now: not f.hearing(now), Reason.window_over, Offer.support),
    (CaseAction.respond, lambda f, now: f.rounds >= limits.ROUNDS, Reason.rounds_used, Offer.support),
    *(
        (ruling, lambda f, now: f.hearing(now) and not f.merchant_heard, Reason.hearing_open, Offer.case)
        for ruling in RULINGS
    ),
    (CaseAction.remind, lambda f, now: f.status not in _IN_REVIEW, Reason.stale, Offer.case),
    (CaseAction.remind, lambda f, now: f.reminds >= limits.REMINDS, Reason.reminds_used, Offer.support),
    (CaseAction.remind, lambda f, now: f.reminded_lately(now), Reason.reminded_lately, Offer.case),
)


def may(action: CaseAction, role: Role, facts: CaseFacts, now: datetime) -> Turn:
    """The first row that fits refuses; an arrow of the graph that no row refuses is open (R18)."""
    if action not in actions_of(role):
        return Turn(action, Outcome.refused, Reason.not_allowed, Offer.orders)
    if action not in _UNMOVING and CASE.target(action, facts.status, role) is None:
        return Turn(action, Outcome.refused, Reason.stale, Offer.case)
    for about, fits, reason, offer in _REFUSED:
        if about is action and fits(facts, now):
            return Turn(action, Outcome.refused, reason, offer, _opens_at(facts, reason))
    return Turn(action, Outcome.open)


def turns(role: Role, facts: CaseFacts, now: datetime) -> tuple[Turn, ...]:
    """Every act of this role on the case, open or refused."""
    return tuple(may(action, role, facts, now) for action in CaseAction if action in actions_of(role))


def actions_of(role: Role) -> frozenset[str]:
    """What this role can ever do to a case."""
    known = {move.verb for move in CASE.moves if role in move.roles}
    return frozenset(known | _OF_ROLE.get(role, set()))


def _opens_at(facts: CaseFacts, reason: Reason) -> datetime | None:
    if reason is Reason.hearing_open:
        return facts.heard_until
    if reason is not Reason.reminded_lately or facts.reminded_at is None:
        return None
    return facts.reminded_at + limits.REMIND_EVERY


def awaited(status: CaseStatus) -> Role | None:
    """Whose answer a case waits for; None when it has ended."""
    return _AWAITED.get(status)


_AWAITED = {
    CaseStatus.review: Role.merchant,
    CaseStatus.info_requested: Role.shopper,
    CaseStatus.offered: Role.shopper,
    CaseStatus.overdue: Role.merchant,
    CaseStatus.asked: Role.merchant,
    CaseStatus.appeal: Role.admin,
}


def reject_reasons(kind: CaseKind, *, delivered: bool) -> tuple[RejectReason, ...]:
    """The reasons a merchant may give: `already_delivered` only if the platform's own log says so (R28)."""
    if kind is CaseKind.cancel:
        return ((RejectReason.already_delivered,) if delivered else ()) + (RejectReason.other,)
    return RejectReason.product_final, RejectReason.evidence_insufficient, RejectReason.other


_FAULT = (CaseReason.wrong_item, CaseReason.invalid_card, CaseReason.already_used)


def case_reasons(kind: CaseKind) -> tuple[CaseReason, ...]:
    """What a shopper may give as the reason (R38)."""
    if kind is CaseKind.fault:
        return (*_FAULT, CaseReason.other)
    return tuple(reason for reason in CaseReason if reason not in _FAULT)


def offer_kinds(*, delivered: bool) -> tuple[OfferKind, ...]:
    """A replacement needs something to replace."""
    return (OfferKind.amount, OfferKind.replacement) if delivered else (OfferKind.amount,)
