"""What was recorded of an order: bounds what a press can write again and again, and what is told again."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.terms import Actor
from cardmall.domain.verbs import Verb
from cardmall.models import Event, Order


def times_since(session: Session, actor: Actor, order: Order, verb: Verb, since: datetime) -> int:
    """How often the person's act on this order was recorded after `since`."""
    wanted = select(sa.func.count()).where(Event.order_id == order.id, Event.verb == verb, Event.actor_id == actor.id)
    return session.exec(wanted.where(col(Event.at) > since)).one()


def happened(session: Session, order: Order, verb: Verb) -> bool:
    """Whether it was ever recorded of this order."""
    return (
        session.exec(select(Event.id).where(Event.order_id == order.id, Event.verb == verb).limit(1)).first()
        is not None
    )
