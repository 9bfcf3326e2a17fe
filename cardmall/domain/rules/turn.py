"""What every table of rules answers with: a Turn, open or refused; and how a table is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from cardmall.domain.terms import Actor, FieldError, Offer, Outcome, Reason, Refused, Role


class Permission(StrEnum):
    """What an owner may let a member of the shop do; for now every member may do all of it."""

    goods = "goods"
    stock = "stock"
    orders = "orders"
    owner = "owner"  # what only an owner may, whatever a member is let do


ActT = TypeVar("ActT", bound=StrEnum)
FactsT = TypeVar("FactsT")


@dataclass(frozen=True)
class Standing:
    """Who acts: a role, what this member of a shop may do in it, and up to which sum in fen (None: any)."""

    role: Role
    permissions: frozenset[str] = frozenset()
    cap: int | None = None


EVERY: frozenset[str] = frozenset(Permission)
SHOPPER, ADMIN, JOB = Standing(Role.shopper), Standing(Role.admin), Standing(Role.system)


def standing(actor: Actor) -> Standing:
    """The standing of whoever is signed in."""
    return Standing(actor.role, EVERY if actor.role is Role.merchant else frozenset())


@dataclass(frozen=True)
class Turn(Generic[ActT]):
    """May this be done now; if not, why, what helps, and from when on it may be (`opens_at`)."""

    action: ActT
    outcome: Outcome
    reason: Reason | None = None
    offer: Offer | None = None
    opens_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is Outcome.open

    def wait(self, now: datetime) -> timedelta | None:
        """How long a refused job waits until it looks again; None: it is done with."""
        return self.opens_at - now if self.opens_at else None

    def refusal(
        self, status: str = "", *, at: datetime | None = None, n: int | None = None, **wrong: FieldError
    ) -> Refused:
        """What a use case raises. `status`: the state found; `at`, `n`: what its words name; `wrong`: what is said
        beside the fields of the form. ValueError: it is open."""
        if self.reason is None or self.offer is None:
            raise ValueError(f"{self.action} is open")
        fields = {name: error.value for name, error in wrong.items()}
        return Refused(self.reason, self.offer, fields, status=status, at=at, n=n)


@dataclass(frozen=True)
class Row(Generic[ActT, FactsT]):
    """One refusing row: of these acts, when it fits. `opens_at`: when the act should be tried again, None: never."""

    acts: frozenset[ActT]
    fits: Callable[[FactsT, Standing, datetime], bool]
    reason: Reason
    offer: Offer
    opens_at: Callable[[FactsT, Standing, datetime], datetime | None] = lambda facts, who, now: None


def first_refusal(
    table: Iterable[Row[ActT, FactsT]], action: ActT, who: Standing, facts: FactsT, now: datetime
) -> Turn[ActT]:
    """The first row about the act that fits refuses; an act that no row refuses is open."""
    for row in table:
        if action in row.acts and row.fits(facts, who, now):
            return Turn(action, Outcome.refused, row.reason, row.offer, row.opens_at(facts, who, now))
    return Turn(action, Outcome.open)
