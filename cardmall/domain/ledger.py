"""Accounts and balanced postings in integer fen: the sum of every entry is 0."""

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Where money is. `shopper` is the outside world's side: negative while the platform holds their money."""

    shopper = "shopper"
    escrow = "escrow"
    shop = "shop"
    fees = "fees"
    platform = "platform"


class Entry(StrEnum):
    capture = "capture"
    refund = "refund"
    settlement = "settlement"
    recovery = "recovery"  # the shop gives back what it was settled; below 0 it owes


@dataclass(frozen=True)
class Line:
    """`amount` fen into `account` (negative: out of it)."""

    account: Account
    amount: int


_PATHS = {
    Entry.capture: (Account.shopper, Account.escrow),
    Entry.refund: (Account.escrow, Account.shopper),
    Entry.settlement: (Account.escrow, Account.shop),
    Entry.recovery: (Account.shop, Account.escrow),
}


def lines(entry: Entry, amount: int) -> tuple[Line, Line]:
    """The two sides of moving `amount` fen (> 0); their sum is 0."""
    if amount <= 0:
        raise ValueError(f"{entry} of {amount} fen")
    source, target = _PATHS[entry]
    return Line(source, -amount), Line(target, amount)
