"""Figures of a shop over some days: how it answered, what it sold, why people asked (R72)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figures:
    """Cases `answered`, of them `agreed` to; fen `refunded` by that, fen `sold`.

    `minutes`: how many cases were answered after so many minutes; `reasons`: how many were opened for each.
    """

    answered: int = 0
    agreed: int = 0
    refunded: int = 0
    sold: int = 0
    minutes: Counter[int] = field(default_factory=Counter[int])
    reasons: Counter[str] = field(default_factory=Counter[str])

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.answered + other.answered,
            self.agreed + other.agreed,
            self.refunded + other.refunded,
            self.sold + other.sold,
            self.minutes + other.minutes,
            self.reasons + other.reasons,
        )

    @property
    def median(self) -> int:
        """Minutes from request to answer, the upper of the two in the middle; -1 without any."""
        left = self.minutes.total() // 2
        for minutes, times in sorted(self.minutes.items()):
            left -= times
            if left < 0:
                return minutes
        return -1


def together(all_of_them: Iterable[Figures]) -> Figures:
    """Add them up; nothing of none."""
    return sum(all_of_them, Figures())


def share_of(part: int, of: int) -> int:
    """In percent, rounded; -1 of nothing."""
    return round(100 * part / of) if of else -1
