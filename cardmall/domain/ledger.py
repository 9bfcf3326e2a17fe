"""Accounts and balanced postings in integer fen: the sum of every entry is 0 (docs/money.md)."""

from dataclasses import dataclass
from enum import StrEnum


class LedgerAccount(StrEnum):
    """Where money is.

    `shopper` is the outside world's side: negative while the platform holds their money. `shop` and `fees` is what a
    shop has been paid, as sales and as service fees. `platform`: negative is what it advanced and a shop still owes.
    `loss`: negative is what the platform itself lost.
    """

    shopper = "shopper"
    escrow = "escrow"
    shop = "shop"
    fees = "fees"
    platform = "platform"
    loss = "loss"


class LedgerEntry(StrEnum):
    capture = "capture"
    refund = "refund"
    settlement = "settlement"
    fee = "fee"
    advance = "advance"  # for a refund that came due after the settlement; the shop owes it
    repayment = "repayment"  # of advances, out of a later settlement
    refund_back = "refund_back"  # a refund that had arrived was returned by the bank
    loss = "loss"  # the money of one refund left under two numbers, or may have; the platform bears it
    loss_back = "loss_back"  # the second number surely came to nothing
    recovery = "recovery"  # for a refund its shop decided on after the settlement: straight out of what that was paid


@dataclass(frozen=True)
class LedgerLine:
    """`amount` fen into `account` (negative: out of it)."""

    account: LedgerAccount
    amount: int


Lines = tuple[LedgerLine, ...]

_PATHS = {
    LedgerEntry.capture: (LedgerAccount.shopper, LedgerAccount.escrow),
    LedgerEntry.refund: (LedgerAccount.escrow, LedgerAccount.shopper),
    LedgerEntry.refund_back: (LedgerAccount.shopper, LedgerAccount.escrow),
    LedgerEntry.settlement: (LedgerAccount.escrow, LedgerAccount.shop),
    LedgerEntry.fee: (LedgerAccount.escrow, LedgerAccount.fees),
    LedgerEntry.advance: (LedgerAccount.platform, LedgerAccount.escrow),
    LedgerEntry.loss: (LedgerAccount.loss, LedgerAccount.escrow),
    LedgerEntry.loss_back: (LedgerAccount.escrow, LedgerAccount.loss),
}


def lines(entry: LedgerEntry, amount: int) -> Lines:
    """The two sides of moving `amount` fen (> 0); their sum is 0."""
    if amount <= 0:
        raise ValueError(f"{entry} of {amount} fen")
    source, target = _PATHS[entry]
    return LedgerLine(source, -amount), LedgerLine(target, amount)


@dataclass(frozen=True)
class Settlement:
    """What the `sales` and `fee` of one order come to, and how much of each pays the shop's debt first. Fen."""

    sales: int
    fee: int
    repaid_sales: int
    repaid_fee: int

    @property
    def repaid(self) -> int:
        return self.repaid_sales + self.repaid_fee

    @property
    def entries(self) -> dict[LedgerEntry, Lines]:
        """What is posted; nothing of 0."""
        found = {entry: lines(entry, fen) for entry, fen in self._earned if fen}
        return found | ({LedgerEntry.repayment: self._repayment} if self.repaid else {})

    @property
    def _earned(self) -> tuple[tuple[LedgerEntry, int], ...]:
        return (LedgerEntry.settlement, self.sales), (LedgerEntry.fee, self.fee)

    @property
    def _repayment(self) -> Lines:
        sides = (
            (LedgerAccount.shop, -self.repaid_sales),
            (LedgerAccount.fees, -self.repaid_fee),
            (LedgerAccount.platform, self.repaid),
        )
        return tuple(LedgerLine(account, fen) for account, fen in sides if fen)


def recovery(amount: int, sales: int) -> Lines:
    """Take `amount` fen (> 0) of what a shop was paid back into escrow: out of its `sales` first, then its fees."""
    if amount <= 0:
        raise ValueError(f"recovery of {amount} fen")
    from_sales = min(amount, max(0, sales))
    sides = (
        (LedgerAccount.shop, -from_sales),
        (LedgerAccount.fees, from_sales - amount),
        (LedgerAccount.escrow, amount),
    )
    return tuple(LedgerLine(account, fen) for account, fen in sides if fen)


def settlement(held: int, fee: int, owed: int) -> Settlement:
    """Settle `held` fen of an order, of which up to `fee` is service fee; the shop owes `owed`. None may be < 0."""
    if min(held, fee, owed) < 0:
        raise ValueError(f"settlement of {held} fen, fee {fee}, owed {owed}")
    fee = min(fee, held)
    sales = held - fee
    from_sales = min(owed, sales)
    return Settlement(sales, fee, from_sales, min(owed - from_sales, fee))
