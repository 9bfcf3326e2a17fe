"""What somebody did lately: bounds what a press can write again and again."""

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
