"""What each side of a case may do now, and which reasons a merchant may give."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.gifts import GIFT_REASONS
from cardmall.domain.lifecycle import CASE
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
from cardmall.domain.terms import CaseKind, CaseReason, CaseStatus, Offer, Reason, RejectReason, Role


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


class Taken(StrEnum):
    """Which admin has an appeal, for the admin who looks."""

    nobody = "nobody"
    mine = "mine"
    other = "other"


@dataclass(frozen=True)
class CaseFacts:
    """All that decides who may do what to a case. `order_over`: its order has ended; `newer`: another case followed.

    `gone`: recalls and gifts left at most a fen of it, and nothing is less than that."""

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
    own: bool = False  # the viewer is a party to it: nobody judges an order or shop of their own
    taken: Taken = Taken.nobody
    order_over: bool = False
    newer: bool = False
    gone: bool = False

    def too_late(self, now: datetime) -> bool:
        """The merchant's time is over, even when the job that says so is late."""
        return self.status is CaseStatus.review and now >= self.deadline + limits.DEADLINE_SECOND

    @property
    def is_last_word(self) -> bool:
        """Nothing came after it on its order."""
        return not self.order_over and not self.newer

    @property
    def remind_at(self) -> datetime | None:
        """When the next reminder may be sent; None when there was none."""
        return self.reminded_at + limits.REMIND_EVERY if self.reminded_at else None

    def hearing(self, now: datetime) -> bool:
        """The merchant may still answer an appeal: nobody is judged unheard."""
        return self.heard_until is not None and now < self.heard_until

    def rejection_over(self, now: datetime) -> bool:
        return self.ended_at is None or now > self.ended_at + limits.APPEAL_WINDOW


_IN_REVIEW = (CaseStatus.review, CaseStatus.overdue)
RULINGS = (CaseAction.rule_shopper, CaseAction.rule_split, CaseAction.rule_merchant)
_UNMOVING = frozenset({CaseAction.remind, CaseAction.respond})  # acts that lead to no other state
_OF_ROLE = {
    Role.shopper: {CaseAction.remind, CaseAction.respond},
    Role.merchant: {CaseAction.respond},
}
_C = CaseAction
_RULING = frozenset(RULINGS)


def actions_of(role: Role) -> frozenset[str]:
    """What this role can ever do to a case."""
    known = {move.verb for move in CASE.moves if role in move.roles}
    return frozenset(known | _OF_ROLE.get(role, set()))


def _of(*actions: CaseAction) -> frozenset[CaseAction]:
    return frozenset(actions)


def _leads_on(action: CaseAction) -> Row[CaseAction, CaseFacts]:
    """An act for which the graph has no arrow from here comes too late."""
    return Row(
        _of(action),
        lambda f, who, now: CASE.target(action, f.status, who.role) is None,
        Reason.stale,
        Offer.case,
    )


# The first row of the act that fits refuses.
TABLE: tuple[Row[CaseAction, CaseFacts], ...] = (
    *(
        Row(_of(action), lambda f, who, now, a=action: a not in actions_of(who.role), Reason.not_allowed, Offer.orders)
        for action in CaseAction
    ),
    Row(_RULING, lambda f, who, now: f.own, Reason.own_case, Offer.orders),
    *(_leads_on(action) for action in CaseAction if action not in _UNMOVING),
    Row(_of(_C.reject, _C.ask, _C.offer), lambda f, who, now: f.too_late(now), Reason.stale, Offer.case),
    Row(_of(_C.ask), lambda f, who, now: f.asks >= limits.ASKS, Reason.asked_before, Offer.case),
    Row(_of(_C.offer), lambda f, who, now: f.offers >= limits.OFFERS, Reason.offers_used, Offer.case),
    Row(_of(_C.accept, _C.decline), lambda f, who, now: not f.offered, Reason.no_offer, Offer.case),
    Row(_of(_C.ask_partial), lambda f, who, now: f.partials >= limits.PARTIALS, Reason.partial_used, Offer.appeal),
    Row(_of(_C.ask_partial), lambda f, who, now: f.rejection_over(now), Reason.window_over, Offer.support),
    Row(_of(_C.ask_partial), lambda f, who, now: f.order_over, Reason.already_closed, Offer.order),
    Row(_of(_C.ask_partial), lambda f, who, now: f.gone, Reason.nothing_to_appeal, Offer.order),
    Row(_of(_C.ask_partial), lambda f, who, now: f.newer, Reason.stale, Offer.order),
    Row(_of(_C.respond), lambda f, who, now: f.status is not CaseStatus.appeal, Reason.stale, Offer.case),
    Row(_of(_C.respond), lambda f, who, now: not f.hearing(now), Reason.window_over, Offer.support),
    Row(_of(_C.respond), lambda f, who, now: f.rounds >= limits.ROUNDS, Reason.rounds_used, Offer.support),
    Row(
        _RULING,
        lambda f, who, now: f.hearing(now) and not f.merchant_heard,
        Reason.hearing_open,
        Offer.case,
        lambda f, who, now: f.heard_until,
    ),
    Row(_of(_C.remind), lambda f, who, now: f.status not in _IN_REVIEW, Reason.stale, Offer.case),
    Row(_of(_C.remind), lambda f, who, now: f.reminds >= limits.REMINDS, Reason.reminds_used, Offer.support),
    Row(
        _of(_C.remind),
        lambda f, who, now: f.remind_at is not None and now < f.remind_at,
        Reason.reminded_lately,
        Offer.case,
        lambda f, who, now: f.remind_at,
    ),
)


def may(action: CaseAction, who: Standing, facts: CaseFacts, now: datetime) -> Turn[CaseAction]:
    """The first row that fits refuses; an arrow of the graph that no row refuses is open (R18)."""
    return first_refusal(TABLE, action, who, facts, now)


def turns(who: Standing, facts: CaseFacts, now: datetime) -> tuple[Turn[CaseAction], ...]:
    """Every act of this role on the case, open or refused."""
    return tuple(may(action, who, facts, now) for action in CaseAction if action in actions_of(who.role))


class DeskAct(StrEnum):
    """What an admin does with an appeal before ruling: take it over, put it back."""

    take = "take"
    leave = "leave"


_DESK = frozenset(DeskAct)
DESK: tuple[Row[DeskAct, CaseFacts], ...] = (
    Row(_DESK, lambda f, who, now: who.role is not Role.admin, Reason.not_allowed, Offer.orders),
    Row(frozenset({DeskAct.take}), lambda f, who, now: f.own, Reason.own_case, Offer.orders),
    Row(_DESK, lambda f, who, now: f.status is not CaseStatus.appeal, Reason.stale, Offer.case),
    Row(frozenset({DeskAct.take}), lambda f, who, now: f.taken is Taken.other, Reason.stale, Offer.case),
    Row(frozenset({DeskAct.leave}), lambda f, who, now: f.taken is not Taken.mine, Reason.stale, Offer.case),
)


def may_at_desk(action: DeskAct, who: Standing, facts: CaseFacts, now: datetime) -> Turn[DeskAct]:
    """May this admin take the appeal, or put it back?"""
    return first_refusal(DESK, action, who, facts, now)


def awaiting(role: Role) -> frozenset[CaseStatus]:
    """Where a case stands while it waits for the answer of this role."""
    return frozenset(status for status, awaited_role in _AWAITED.items() if awaited_role is role)


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


# What may be wrong with what was delivered, by what that is.
_FAULTS = {
    ProductForm.code: (CaseReason.wrong_item, CaseReason.invalid_card, CaseReason.already_used),
    ProductForm.receipt: (CaseReason.not_received, CaseReason.wrong_item),
}
_NOT_ASKED = frozenset(reason for faults in _FAULTS.values() for reason in faults) | set(GIFT_REASONS)


def case_reasons(kind: CaseKind, form: ProductForm = ProductForm.code) -> tuple[CaseReason, ...]:
    """What a shopper may give as the reason (R38), of an order delivered as `form`."""
    if kind is CaseKind.fault:
        return (*_FAULTS[form], CaseReason.other)
    return tuple(r for r in CaseReason if r is CaseReason.other or r not in _NOT_ASKED)


def offer_kinds(form: ProductForm = ProductForm.code, *, delivered: bool) -> tuple[OfferKind, ...]:
    """A replacement needs codes that can be replaced: a receipt has none (R94)."""
    codes = delivered and form is ProductForm.code
    return (OfferKind.amount, OfferKind.replacement) if codes else (OfferKind.amount,)
