"""转让: may an order be passed on, and who may do what with an offer (R53). Tables, read top down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.rules.turn import Row, Standing, Turn, first_refusal
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
    recall = "recall"
    gift = "gift"


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
    TransferEnd.recall: "withdraw",
    TransferEnd.gift: "decline",
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
    (lambda f: bool(f.order.recalled), Reason.recalled, None),
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
    """An offer as it stands: on which side of it who asks is, who has agreed, and when silence ends it.

    `own_shop`: a member of the shop holds the address it goes to. `shop_disabled`: the shop may not be paid.
    """

    status: TransferStatus
    deadline: datetime
    side: TransferSide = TransferSide.admin
    agreed: frozenset[TransferSide] = frozenset()
    own_shop: bool = False
    shop_disabled: bool = False

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
_AGREE = frozenset({_A.agree})


def _agreed(action: TransferAction, side: TransferSide) -> Row[TransferAction, OfferFacts]:
    """A side that agreed stays by it; a receiver may still decline."""
    return Row(
        frozenset({action}),
        lambda f, who, now: f.side is side and side in f.agreed,
        Reason.agreed_before,
        Offer.transfer,
    )


# The first row of the act that fits refuses.
ANSWERS: tuple[Row[TransferAction, OfferFacts], ...] = (
    *(
        Row(frozenset({a}), lambda f, who, now, a=a: (a, f.side) not in _MAY, Reason.not_allowed, Offer.orders)
        for a in TransferAction
    ),
    *(
        Row(
            frozenset({a}),
            lambda f, who, now, a=a: f.status not in _MAY[a, f.side] or f.is_late(now),
            Reason.stale,
            Offer.transfer,
        )
        for a in TransferAction
    ),
    _agreed(_A.agree, _R),
    _agreed(_A.agree, _M),
    _agreed(_A.decline, _M),
    Row(_AGREE, lambda f, who, now: f.own_shop, Reason.not_allowed, Offer.transfer),
    Row(_AGREE, lambda f, who, now: f.shop_disabled, Reason.shop_disabled, Offer.transfer),
)


def may_answer(action: TransferAction, who: Standing, facts: OfferFacts, now: datetime) -> Turn[TransferAction]:
    """May `who`, who stands on one side of the offer, do this now?"""
    return first_refusal(ANSWERS, action, who, facts, now)


def open_actions(who: Standing, facts: OfferFacts, now: datetime) -> tuple[TransferAction, ...]:
    """The buttons of one side."""
    return tuple(action for action in TransferAction if may_answer(action, who, facts, now).is_open)
