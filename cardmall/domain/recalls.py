"""Recalls: why a shop takes cards back, and what becomes of each of them (R93)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from cardmall.domain import limits
from cardmall.domain.codes import lines_of
from cardmall.domain.refunds import spread
from cardmall.domain.terms import CardStatus, FieldError, OrderStatus, invalid
from cardmall.domain.words import said


class RecallReason(StrEnum):
    """What is wrong with the cards."""

    invalid_card = "invalid_card"
    already_used = "already_used"
    wrong_item = "wrong_item"
    out_of_date = "out_of_date"


class Remedy(StrEnum):
    """What a buyer gets for a delivered card: another one while there is stock and else the money, or the money."""

    another = "another"
    refund = "refund"


class Looked(StrEnum):
    """Which delivered cards a recall is about: those nobody looked at, or those that were looked at, too."""

    unseen = "unseen"
    all = "all"


@dataclass(frozen=True)
class RecallAsked:
    """What somebody asks to take back, and how. `batch`: the name of a whole batch; "": the cards with `codes`, one a
    line, as typed. `words` are for the buyers."""

    reason: RecallReason
    words: str
    remedy: Remedy
    batch: str = ""
    codes: str = ""
    looked: Looked = Looked.unseen


def read_recall(typed: Mapping[str, object]) -> RecallAsked:
    """The form of a recall: {reason, words, remedy, batch, codes, looked}. Refused: every wrong field is named at once;
    batch and codes are looked up later, one of them must be there."""
    told = {name: str(typed.get(name) or "") for name in ("reason", "remedy", "batch", "codes", "looked")}
    words, looked = said(typed.get("words")), told["looked"] or Looked.unseen
    wrong = {
        "reason": _not_chosen(told["reason"], RecallReason),
        "words": _not_said(words),
        "remedy": _not_chosen(told["remedy"], Remedy),
        "looked": _not_chosen(looked, Looked),
        "codes": None if told["batch"] or lines_of(told["codes"]) else FieldError.required,
    }
    if any(wrong.values()):
        raise invalid(**{name: error for name, error in wrong.items() if error})
    reason, remedy = RecallReason(told["reason"]), Remedy(told["remedy"])
    return RecallAsked(reason, words, remedy, told["batch"], told["codes"], Looked(looked))


def _not_chosen(value: str, choices: type[StrEnum]) -> FieldError | None:
    if value in set(choices):
        return None
    return FieldError.not_a_choice if value else FieldError.required


def _not_said(words: str) -> FieldError | None:
    if not words:
        return FieldError.required
    return FieldError.too_long if len(words) > limits.RECALL_WORDS else None


class ItemStatus(StrEnum):
    """Where one card of a recall stands; a failed one is tried again like a waiting one."""

    waiting = "waiting"
    done = "done"
    failed = "failed"


class ItemOutcome(StrEnum):
    """What became of a card. `swapped`: another one was taken for an order that was not delivered yet; `short`: there
    was none, and the order waits for stock; `ended`: there was none, and the unpaid order or the offer ended;
    `over`: the card was void or withdrawn before its turn came."""

    swapped = "swapped"
    short = "short"
    ended = "ended"
    replaced = "replaced"
    paid_back = "paid_back"
    approved = "approved"
    over = "over"


class ItemTrouble(StrEnum):
    """What a card waits for: the end of a case about other cards, money of the shop, a job that died."""

    case_open = "case_open"
    no_funds = "no_funds"
    job_died = "job_died"


class RecallStep(StrEnum):
    """What the job does with a card."""

    none = "none"
    swap = "swap"
    approve = "approve"
    wait = "wait"
    give = "give"


@dataclass(frozen=True)
class CardFacts:
    """All that decides about one card of a recall. `in_case`: a case is open on its order; `covered`: about it.
    `asked`: that case asks again for part of the money after a rejection, which the platform ends first."""

    status: CardStatus
    in_case: bool = False
    covered: bool = False
    asked: bool = False


_GONE = (CardStatus.voided, CardStatus.withdrawn)
_UNSEALED = (CardStatus.available, CardStatus.reserved, CardStatus.allocated)
CardFits = Callable[[CardFacts], bool]
# The first row that fits.
TABLE: tuple[tuple[CardFits, RecallStep], ...] = (
    (lambda f: f.status in _GONE, RecallStep.none),
    (lambda f: f.status in _UNSEALED, RecallStep.swap),
    (lambda f: f.in_case and not f.covered, RecallStep.wait),
    (lambda f: f.in_case and not f.asked, RecallStep.approve),
    (lambda f: True, RecallStep.give),
)


def step_of(facts: CardFacts) -> RecallStep:
    """What is done with the card now. Total: every card has an answer."""
    return next(step for fits, step in TABLE if fits(facts))


def left_of(price: int, given: Mapping[str, int], paid: Mapping[tuple[str, ...], int]) -> dict[str, int]:
    """What was not paid back yet of the `price` of each card, in fen. `given`: for each card, unasked (R96); `paid`: by
    the cards an amount was about, on which it lies by what each of them is worth."""
    left = {card: price - fen for card, fen in given.items()}
    for cards, amount in paid.items():
        worth = [left.get(card, price) for card in cards]
        parts = spread(min(amount, sum(worth)), worth)
        left |= {card: fen - part for card, fen, part in zip(cards, worth, parts, strict=True)}
    return left


class Swap(StrEnum):
    """What the job does for an order whose undelivered cards were withdrawn. `fill_up`: it gets what it lacks, or waits
    for stock; `leave`: it was delivered with others meanwhile; `take`: it gets as many as were withdrawn, or none."""

    fill_up = "fill_up"
    leave = "leave"
    take = "take"


@dataclass(frozen=True)
class SwapFacts:
    """All that decides about it. `card`: where the withdrawn cards stood."""

    order: OrderStatus
    card: CardStatus


SwapFits = Callable[[SwapFacts], bool]
# The first row that fits.
SWAPS: tuple[tuple[SwapFits, Swap], ...] = (
    (lambda f: f.order is OrderStatus.awaiting_delivery, Swap.fill_up),
    (lambda f: f.card is CardStatus.allocated, Swap.leave),
    (lambda f: True, Swap.take),
)


def swap_of(facts: SwapFacts) -> Swap:
    """What is done for the order now. Total."""
    return next(swap for fits, swap in SWAPS if fits(facts))


class WithoutOthers(StrEnum):
    """What ends when there are fewer cards than were withdrawn: the unpaid order, the offer of its case, or nothing."""

    end_order = "end_order"
    end_offer = "end_offer"
    nothing = "nothing"


def without_others(order: OrderStatus, *, in_case: bool) -> WithoutOthers:
    """Of an order that cards were kept for, unpaid or for an offer. `in_case`: a case is open on it."""
    if order is OrderStatus.pending_payment:
        return WithoutOthers.end_order
    return WithoutOthers.end_offer if in_case else WithoutOthers.nothing


def look_again(troubles: Collection[ItemTrouble | None], age: timedelta) -> timedelta | None:
    """How long until the unfinished cards of an order are looked at again; None: there are none. `troubles`: what each
    waits for; `age` of the recall: money that did not come in an hour is asked for seldom, as its shop or an admin may
    have it tried at once."""
    if not troubles:
        return None
    if set(troubles) != {ItemTrouble.no_funds}:
        return limits.RECALL_AGAIN
    return next(pause for until, pause in limits.RECALL_UNPAID if age < until)
