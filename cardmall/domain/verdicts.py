"""The ruling the record itself suggests to an admin, with the rule it follows from; and what a ruling does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain.rules.cases import CaseAction
from cardmall.domain.terms import CardStatus, CaseKind, RejectReason


class Rule(StrEnum):
    """Why a ruling is suggested; `open`: the record alone does not decide."""

    merchant_silent = "merchant_silent"
    never_delivered = "never_delivered"
    delivered_used = "delivered_used"
    promise_broken = "promise_broken"
    return_promised = "return_promised"
    fault_unanswered = "fault_unanswered"
    fault_unproven = "fault_unproven"
    open = "open"


class Situation(StrEnum):
    """Where the cards of a case are: the columns of the grid of outcomes. `mixed`: sealed and looked at."""

    undelivered = "undelivered"
    sealed = "sealed"
    revealed = "revealed"
    mixed = "mixed"


@dataclass(frozen=True)
class Record:
    """What the platform knows about a case. Times are aware UTC.

    `asked_at`: the moment the request counts from. `lapsed`: the merchant let the review deadline pass.
    `late`: the delivery promise was broken. `hearing`: the merchant may still answer the appeal; `heard`: it did.
    `revealed`: of the case's cards. `shopper_proof`, `merchant_proof`: pictures or the conversation were handed in.
    """

    kind: CaseKind
    asked_at: datetime
    delivered_at: datetime | None = None
    revealed: int = 0
    lapsed: bool = False
    reject_reason: RejectReason | None = None
    late: bool = False
    return_allowed: bool = True
    hearing: bool = False
    heard: bool = False
    shopper_proof: bool = False
    merchant_proof: bool = False

    @property
    def delivered_before(self) -> bool:
        """Delivered before the request counts (R28)."""
        return self.delivered_at is not None and self.delivered_at <= self.asked_at

    @property
    def faulty(self) -> bool:
        """A fault is claimed of a card that was looked at."""
        return self.kind is CaseKind.fault and self.revealed > 0


@dataclass(frozen=True)
class Suggestion:
    """The ruling (None: the admin weighs both stories) and its rule."""

    ruling: CaseAction | None
    rule: Rule


SHOPPER, MERCHANT = CaseAction.rule_shopper, CaseAction.rule_merchant
_C = CaseKind

TABLE: tuple[tuple[Callable[[Record], bool], CaseAction | None, Rule], ...] = (
    (lambda r: r.lapsed and not r.revealed, SHOPPER, Rule.merchant_silent),
    (
        lambda r: r.reject_reason is RejectReason.already_delivered and not r.delivered_before,
        SHOPPER,
        Rule.never_delivered,
    ),
    (lambda r: r.kind is _C.cancel and r.delivered_before and r.revealed > 0, MERCHANT, Rule.delivered_used),
    (lambda r: r.kind is _C.cancel and r.late, SHOPPER, Rule.promise_broken),
    (
        lambda r: r.kind is _C.return_ and r.reject_reason is RejectReason.product_final and r.return_allowed,
        SHOPPER,
        Rule.return_promised,
    ),
    (lambda r: r.faulty and not r.hearing and not r.heard, SHOPPER, Rule.fault_unanswered),
    (lambda r: r.faulty and r.heard and r.merchant_proof and not r.shopper_proof, MERCHANT, Rule.fault_unproven),
    (lambda r: True, None, Rule.open),
)


def suggest(record: Record) -> Suggestion:
    """The first row that fits; a suggestion binds nobody."""
    return next(Suggestion(ruling, rule) for fits, ruling, rule in TABLE if fits(record))


def situation(*, delivered: bool, cards: Iterable[CardStatus]) -> Situation:
    """Which column of the grid a ruling follows, by the cards of the case."""
    if not delivered:
        return Situation.undelivered
    used = {card is not CardStatus.sealed for card in cards}
    if used == {True, False}:
        return Situation.mixed
    return Situation.revealed if used == {True} else Situation.sealed
