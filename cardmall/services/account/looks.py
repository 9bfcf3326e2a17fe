"""What an admin read is in the audit: whose order, and when (R78)."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.domain.verbs import Verb
from cardmall.models import Event, Order
from cardmall.services.act import Act, record


def note_looks(act: Act, orders: Iterable[int]) -> None:
    """One event for each of these orders (by id), at most one an hour for an admin and an order."""
    for order_id in orders:
        if not is_look_noted(act.session, act.who, order_id, act.now):
            record(act.on(order=act.session.get_one(Order, order_id)), Verb.looked)


def is_look_noted(session: Session, actor: Actor, order_id: int, now: datetime) -> bool:
    """The audit knows of a look of this admin at this order within the hour."""
    wanted = select(Event.id).where(Event.order_id == order_id, Event.actor_id == actor.id, Event.verb == Verb.looked)
    return session.exec(wanted.where(col(Event.at) > now - limits.LOOK_NOTED_EVERY).limit(1)).first() is not None
