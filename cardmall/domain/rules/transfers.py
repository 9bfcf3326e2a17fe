"""转让: may an order be passed on, and who may do what with an offer (R53). Tables, read top down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.rules.ways import Facts, best, ways
from cardmall.domain.terms import OPEN_TRANSFER, CardStatus, Offer, OrderStatus, Outcome, Reason, TransferStatus


class TransferSide(StrEnum):
    """Who looks at a transfer: who offers it, who would take it over, whose goods they are."""

    shopper = "shopper"
    receiver = "receiver"
    merchant = "merchant"
    admin = "admin"


class TransferAction(StrEnum):
    agree = "agree"
    decline = "decline"
    withdraw = "withdraw"


class TransferEnd(StrEnum):
    """Why a transfer ended before it was paid."""

    receiver = "receiver"
    merchant = "merchant"
    shopper = "shopper"
    silence = "silence"
    unpaid = "unpaid"
    case = "case"
    order_closed = "order_closed"
    shop_disabled = "shop_disabled"
    account_disabled = "account_disabled"


# Why it ends → the move that ends it.
ENDS: dict[TransferEnd, str] = {
    TransferEnd.receiver: "decline",
    TransferEnd.merchant: "decline",
    TransferEnd.shopper: "withdraw",
    TransferEnd.silence: "expire",
    TransferEnd.unpaid: "expire",
    TransferEnd.case: "withdraw",
    TransferEnd.order_closed: "withdraw",
    TransferEnd.shop_disabled: "decline",
    TransferEnd.account_disabled: "decline",
}


@dataclass(frozen=True)
class TransferFacts:
    """`order`: the facts of the four ways. `is_open`: an offer is out. `made`: offers so far. `refunded`: in part.

    `lacking`: there is no card to deliver.
    """

    order: Facts
    is_open: bool = False
    made: int = 0
    refunded: bool = False
    lacking: bool = False


@dataclass(frozen=True)
class TransferDecision:
    """Whether the order may be passed on, why, and where a refusal leads."""

    outcome: Outcome
    reason: Reason
    offer: Offer

    @property
    def is_open(self) -> bool:
        return self.outcome is Outcome.open


_UNTOUCHED = (CardStatus.reserved, CardStatus.allocated, CardStatus.sealed)
TransferFits = Callable[[TransferFacts], bool]

# The first row that fits; no offer: the best way out of the order, else support.
TABLE: tuple[tuple[TransferFits, Reason, Offer | None], ...] = (
    (lambda f: f.order.ended, Reason.already_closed, Offer.orders),
    (lambda f: f.order.unpaid, Reason.not_paid, None),
    (lambda f: f.is_open, Reason.transfer_open, Offer.transfer),
    (lambda f: f.order.case_open, Reason.case_open, Offer.case),
    (lambda f: any(card not in _UNTOUCHED for card in f.order.cards), Reason.used, None),
    (lambda f: f.order.status is OrderStatus.completed, Reason.completed, None),
    (lambda f: f.refunded, Reason.partly_refunded, None),
    (lambda f: f.lacking, Reason.out_of_stock, None),
    (lambda f: f.order.shop_disabled, Reason.shop_disabled, None),
    (lambda f: f.made >= limits.TRANSFERS, Reason.transfers_used, None),
)


def may_transfer(facts: TransferFacts, now: datetime) -> TransferDecision:
    """May this order be offered to somebody now? Total, like decide()."""
    for fits, reason, offer in TABLE:
        if fits(facts):
            return TransferDecision(Outcome.refused, reason, offer or _way_out(facts, now))
    return TransferDecision(Outcome.open, Reason.transferable, Offer.transfer)


def _way_out(facts: TransferFacts, now: datetime) -> Offer:
    found = best(ways(facts.order, now))
    return Offer(found.way) if found else Offer.support


@dataclass(frozen=True)
class OfferFacts:
    """An offer as it stands: who has agreed, and when silence ends it."""

    status: TransferStatus
    deadline: datetime
    agreed: frozenset[TransferSide] = frozenset()

    def is_late(self, now: datetime) -> bool:
        """An answer in the second the deadline ends was in time."""
        return self.status is TransferStatus.offered and now >= self.deadline + limits.DEADLINE_SECOND


_S, _R, _M, _T, _A = (
    TransferSide.shopper,
    TransferSide.receiver,
    TransferSide.merchant,
    TransferStatus,
    TransferAction,
)
_MAY: dict[tuple[TransferAction, TransferSide], frozenset[TransferStatus]] = {
    (_A.agree, _R): frozenset({_T.offered}),
    (_A.agree, _M): frozenset({_T.offered}),
    (_A.decline, _R): OPEN_TRANSFER,
    (_A.decline, _M): frozenset({_T.offered}),
    (_A.withdraw, _S): OPEN_TRANSFER,
}


@dataclass(frozen=True)
class TransferTurn:
    """Whether one side may do this to an offer now."""

    action: TransferAction
    is_open: bool
    reason: Reason
    offer: Offer


def may_answer(action: TransferAction, side: TransferSide, facts: OfferFacts, now: datetime) -> TransferTurn:
    """A side that agreed cannot agree again; a merchant who agreed stays by it, a receiver may still decline."""
    statuses = _MAY.get((action, side))
    if statuses is None:
        return TransferTurn(action, False, Reason.not_allowed, Offer.orders)
    if facts.status not in statuses or facts.is_late(now):
        return TransferTurn(action, False, Reason.stale, Offer.transfer)
    if side in facts.agreed and (action, side) != (_A.decline, _R):
        return TransferTurn(action, False, Reason.agreed_before, Offer.transfer)
    return TransferTurn(action, True, Reason.transferable, Offer.transfer)


def open_actions(side: TransferSide, facts: OfferFacts, now: datetime) -> tuple[TransferAction, ...]:
    """The buttons of one side."""
    return tuple(action for action in TransferAction if may_answer(action, side, facts, now).is_open)
