"""The one entrance of people: a look or an act of whoever a cookie hash belongs to, for pages and for HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from cardmall.adapters import clock, looks
from cardmall.adapters.budgets import spend
from cardmall.adapters.db import Remembering, reading, transaction
from cardmall.adapters.world import a_look, an_act
from cardmall.domain.terms import Actor, Refused
from cardmall.reads.people import actor_of, require

T = TypeVar("T")


@dataclass(frozen=True)
class Seen(Generic[T]):
    """What a view showed, to whom, and the orders an admin saw in it that the audit does not know of yet."""

    found: T | Refused
    actor: Actor | None
    unnoted: list[int]

    def note(self) -> None:
        """Write what an admin saw into the audit (R78); opens no transaction when there is nothing to write."""
        looks.note_looks_of(self.actor, self.unnoted)


def seen_by(who: str, view: Callable[..., T], *args: Any, **kw: Any) -> Seen[T]:
    """Ask `view(look, *args)` on a connection of its own; `look.who` is None for nobody. Call `note()` afterwards."""
    now = clock.now()
    with reading(Remembering) as session:
        actor = actor_of(session, who, now)
        try:
            found: T | Refused = view(a_look(session, actor, now=now), *args, **kw)
        except Refused as refused:
            found = refused
        return Seen(found, actor, looks.fresh_looks(session, actor, now))


def look(who: str, view: Callable[..., T], *args: Any, **kw: Any) -> T:
    """Return `view(look, *args)`; what an admin saw is noted. Refused: as the view refuses."""
    seen = seen_by(who, view, *args, **kw)
    seen.note()
    if isinstance(seen.found, Refused):
        raise seen.found
    return seen.found


def known_person(who: str, now: datetime) -> Actor:
    """Return who the cookie hash belongs to. Refused: nobody."""
    with reading() as session:
        return require(actor_of(session, who, now))


def act(who: str, use_case: Callable[..., T], *args: Any, now: datetime | None = None, **kw: Any) -> T:
    """Run `use_case(act, *args)` in one transaction, at `now`. Refused: nobody, too many tries, or as it refuses.

    Nobody, and whoever tries too often, is refused before the transaction begins: they never wait for the write lock.
    """
    at = now or clock.now()
    spend(known_person(who, at), use_case.__name__)
    with transaction() as session:
        return use_case(an_act(session, actor_of(session, who, at), now=at), *args, **kw)
