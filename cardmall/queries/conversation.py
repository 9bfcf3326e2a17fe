"""The conversation of shopper and merchant about one order, as it is shown and as it is kept."""

from collections import defaultdict
from typing import Any

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.models import Message, Order, Picture
from cardmall.queries.doors import order_for


def transcript(session: Session, order: Order) -> list[dict[str, Any]]:
    """A copy to be frozen into a case (R40): role, time, text, picture ids; oldest first."""
    found = messages_of(session, order)
    pictures = pictures_of(session, found)
    return [
        {"role": m.role.value, "at": m.at.isoformat(), "text": m.text, "pictures": pictures[m.id or 0]} for m in found
    ]


def has_talk(session: Session, actor: Actor | None, no: object) -> bool:
    """Something was said on this order: there is a conversation to attach (R40)."""
    order = order_for(session, actor, no)
    return session.exec(select(Message.id).where(Message.order_id == order.id).limit(1)).first() is not None


def messages_of(session: Session, order: Order) -> list[Message]:
    """The latest messages, oldest first."""
    wanted = select(Message).where(Message.order_id == order.id).order_by(col(Message.id).desc())
    return list(session.exec(wanted.limit(limits.MESSAGES)).all())[::-1]


def pictures_of(session: Session, messages: list[Message]) -> dict[int, list[str]]:
    """Picture ids by message."""
    found: dict[int, list[str]] = defaultdict(list)
    wanted = select(Picture).where(col(Picture.message_id).in_([m.id for m in messages]))
    for picture in session.exec(wanted.order_by(col(Picture.at), col(Picture.id))):
        found[picture.message_id or 0].append(picture.id)
    return found
