"""How much goes back: integer fen, rounded in the shopper's favour."""

from collections.abc import Sequence
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
    """What would come back for `pieces`: `paid` fen for them, minus `fee` fen, is `amount` fen (R54). `paid`: less
    what was given back for these pieces and they stayed (R96)."""

    pieces: int
    paid: int
    fee: int
    amount: int


def preview(pieces: int, unit_price: int, fee_permille: int = 0, given: int = 0) -> RefundPreview:
    """The refund for `pieces` at `unit_price` fen, of which `given` fen came back before; the fee is rounded down."""
    paid = max(0, pieces * unit_price - given)
    fee = paid * fee_permille // 1000
    return RefundPreview(pieces, paid, fee, paid - fee)


def spread(amount: int, worth: Sequence[int]) -> list[int]:
    """Lay `amount` fen on pieces that are `worth` so many fen each, in proportion, by largest remainder: the parts sum
    up to it, and none is more than its piece is worth. ValueError: all of them together are not worth it."""
    whole = sum(worth)
    if not 0 <= amount <= whole:
        raise ValueError(f"{amount} fen on pieces worth {whole}")
    parts = [divmod(amount * fen, whole) if whole else (0, 0) for fen in worth]
    over = amount - sum(part for part, _ in parts)
    first = sorted(range(len(parts)), key=lambda n: (-parts[n][1], n))[:over]
    return [part + (n in first) for n, (part, _) in enumerate(parts)]


def lies_on(given: int, left: int, pieces: int) -> int:
    """Of `given` fen that lie on `left` pieces of one price, what lies on the last `pieces` of them, in fen: `spread`
    gives the first ones the larger parts."""
    whole, over = divmod(given, left) if left else (0, 0)
    return pieces * whole + max(0, pieces - (left - over))
