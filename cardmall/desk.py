"""The one entrance of people: a look or an act of whoever a cookie hash belongs to, for pages and for HTTP."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from cardmall.adapters import clock, lease, looks
from cardmall.adapters.budgets import spend
from cardmall.adapters.db import Remembering, in_transaction, reading
from cardmall.adapters.world import a_look, an_act, our_act
from cardmall.domain.terms import Actor, Reason, Refused
from cardmall.domain.typed import storable
from cardmall.reads.people import actor_of, require
from cardmall.services.case.attempts import answer_attempt, blame_attempt, note_attempt
from cardmall.services.case.cases import request_cancellation

T = TypeVar("T")
log = logging.getLogger(__name__)
ANSWER_TRIES = 3


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
    now, args, kw = clock.now(), storable(args), storable(kw)
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
    at, args, kw = now or clock.now(), storable(args), storable(kw)
    spend(known_person(who, at), use_case.__name__)
    return in_transaction(lambda session: use_case(an_act(session, actor_of(session, who, at), now=at), *args, **kw))


def submit_request(who: str, no: str, **form: Any) -> str:
    """Ask for a way out of the order, as the person of this cookie hash (R63): the case's number. Refused: as act().

    The press is noted first, in a transaction of its own, then tried, then answered by us whatever becomes of the
    browser. Who asks is looked up once; signing out stops nothing from here on.
    """
    now, no, form = clock.now(), storable(no), storable(form)
    spend(known_person(who, now), request_cancellation.__name__)
    return _tried(*in_transaction(lambda session: _noted(session, who, no, form, now)), no, form)


def _noted(session: Session, who: str, no: str, form: dict[str, Any], now: datetime) -> tuple[Actor, int]:
    shopper = require(actor_of(session, who, now))
    return shopper, note_attempt(an_act(session, shopper, now=now), no, **form, lease=lease.mine())


def _tried(shopper: Actor, attempt: int, no: str, form: dict[str, Any]) -> str:
    now = clock.now()
    try:
        return in_transaction(lambda session: request_cancellation(an_act(session, shopper, now=now), no, **form))
    except Refused as refused:
        _answer(attempt, refused.reason, now)
        raise
    except Exception as error:
        _blame(attempt, error)
        raise


def _answer(attempt: int, reason: Reason, now: datetime) -> None:
    """Write down that the rules refused it; a busy database is asked again, since silence would count as our fault."""
    for left in reversed(range(ANSWER_TRIES)):
        try:
            return in_transaction(lambda session: answer_attempt(our_act(session, now=now), attempt, reason))
        except Exception:
            log.exception("refused attempt %d could not be answered, %d tries left", attempt, left)
    return None


def _blame(attempt: int, error: Exception) -> None:
    """Write our fault down under the number the person is told; if even that fails, the lease tells it."""
    error.number = number = secrets.token_hex(4)  # pyright: ignore[reportAttributeAccessIssue] - the number travels with the error
    log.error("crash %s stopped attempt %d", number, attempt)
    try:
        in_transaction(lambda session: blame_attempt(our_act(session), attempt, number))
    except Exception:
        log.exception("attempt %d could not be answered", attempt)
        lease.abandon()
