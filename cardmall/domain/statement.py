"""The channel's daily statement against what we know and what the ledger says: where they differ, and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from cardmall.domain.repairs import Repair


class Movement(StrEnum):
    """What a line of a statement is about: money that came, or money that arrived back."""

    capture = "capture"
    refund = "refund"
    returned = "returned"  # money that had arrived back, sent on to us again by the bank


class Difference(StrEnum):
    """How the channel and our books can disagree about one number."""

    unheard = "unheard"  # it moved, and we do not know
    unknown = "unknown"  # it moved under a number that is none of ours
    never_moved = "never_moved"  # we believe it moved, and no statement says so
    other_amount = "other_amount"
    unbooked = "unbooked"  # it moved, and the ledger says another sum or nothing


PROPOSED: dict[Difference, Repair] = {
    difference: Repair.ask_channel if difference is Difference.unheard else Repair.support for difference in Difference
}

MovementKey = tuple[Movement, str]  # a payment's or refund's own number


@dataclass(frozen=True)
class KnownMovement:
    """Ours of one number: `amount` fen, whether it moved (`on_day`: on the day of the statement), `booked` fen."""

    amount: int
    moved: bool = False
    on_day: bool = False
    booked: int = 0


@dataclass(frozen=True)
class FoundDifference:
    """One difference; `told` fen by the channel, `ours` fen by us or by the ledger."""

    movement: Movement
    no: str
    difference: Difference
    told: int
    ours: int


def compare(
    told: Mapping[MovementKey, int], before: AbstractSet[MovementKey], known: Mapping[MovementKey, KnownMovement]
) -> Sequence[FoundDifference]:
    """`told`: the day's statement. `before`: what the statement of the day before said; we may hear after midnight."""
    ours = {key for key, one in known.items() if one.moved and one.on_day}
    return [
        FoundDifference(*key, *one)
        for key in sorted(told.keys() | ours)
        for one in _differences(key, told, before, known)
    ]


def _differences(
    key: MovementKey,
    told: Mapping[MovementKey, int],
    before: AbstractSet[MovementKey],
    known: Mapping[MovementKey, KnownMovement],
) -> Iterator[tuple[Difference, int, int]]:
    fen, one = told.get(key), known.get(key)
    if one is None:
        yield Difference.unknown, fen or 0, 0
    elif fen is None:
        if key not in before:
            yield Difference.never_moved, 0, one.amount
    elif fen != one.amount:
        yield Difference.other_amount, fen, one.amount
    elif not one.moved:
        yield Difference.unheard, fen, 0
    if one and one.moved and one.booked != one.amount:
        yield Difference.unbooked, fen or 0, one.booked
