"""How much goes back: integer fen, rounded in the shopper's favour."""

from dataclasses import dataclass

from cardmall.domain import limits


@dataclass(frozen=True)
class Policy:
    """The policy of a product: may a sealed piece be returned, for how many days, at which fee (per mille)."""

    return_allowed: bool = True
    window_days: int = limits.RETURN_WINDOW.days
    fee_permille: int = 0


def kinder(frozen: Policy, current: Policy) -> Policy:
    """The policy in force for an order: per field the one kinder to the shopper."""
    return Policy(
        frozen.return_allowed or current.return_allowed,
        max(frozen.window_days, current.window_days),
        min(frozen.fee_permille, current.fee_permille),
    )


@dataclass(frozen=True)
class RefundPreview:
    """What would come back for `pieces`: `paid` fen for them, minus `fee` fen, is `amount` fen (R54)."""

    pieces: int
    paid: int
    fee: int
    amount: int


def preview(pieces: int, unit_price: int, fee_permille: int = 0) -> RefundPreview:
    """The refund for `pieces` at `unit_price` fen; the fee is rounded down."""
    paid = pieces * unit_price
    fee = paid * fee_permille // 1000
    return RefundPreview(pieces, paid, fee, paid - fee)
