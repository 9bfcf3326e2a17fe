"""Where the money comes from that a shop gives back of its own accord: a recall (R93), a gift (R96)."""

from collections.abc import Callable
from dataclasses import dataclass

from cardmall.domain.terms import Role


@dataclass(frozen=True)
class Funds:
    """Where `amount` fen would come from. `maker`: who pressed the recall, or took it over; who gives. `held`: for the
    order, beyond the refunds on their way; `balance`: of the shop. What was not read yet is 0."""

    amount: int
    maker: Role
    held: int = 0
    balance: int = 0

    @property
    def of_order(self) -> int:
        """The part that is held for the order, which comes first, in fen."""
        return min(self.amount, max(0, self.held))

    @property
    def of_shop(self) -> int:
        """The part out of the shop's balance, in fen."""
        return self.amount - self.of_order

    @property
    def most(self) -> int:
        """All that the order and the shop have, in fen."""
        return max(0, self.held) + max(0, self.balance)


PaidBy = Callable[[Funds], bool]
# Who may pay: the platform advances what an admin recalled; else what is held for the order, then the shop's balance.
PURSES: tuple[PaidBy, ...] = (
    lambda f: f.maker is Role.admin,
    lambda f: f.amount <= f.most,
)


def is_funded(funds: Funds) -> bool:
    """May it be paid? More that is read never turns a yes into a no."""
    return any(pays(funds) for pays in PURSES)
