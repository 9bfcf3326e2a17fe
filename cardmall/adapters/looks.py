"""Tells the audit, after a look, what an admin saw: the look itself never takes the write lock."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from cardmall.adapters.db import transaction
from cardmall.adapters.world import an_act
from cardmall.domain.terms import Actor
from cardmall.reads.doors import LOOKED
from cardmall.services.account.looks import is_look_noted, note_looks


def fresh_looks(session: Session, actor: Actor | None, now: datetime) -> list[int]:
    """Ids of the orders this admin saw in this session that the audit does not know of yet."""
    seen: set[int] = session.info.get(LOOKED, set())
    return sorted(one for one in seen if not is_look_noted(session, actor, one, now)) if actor else []


def note_looks_of(actor: Actor | None, orders: Iterable[int]) -> None:
    """Write these looks into the audit, in a transaction of its own; none: nothing is opened."""
    found = list(orders)
    if actor and found:
        with transaction() as session:
            note_looks(an_act(session, actor), found)
