"""Messages of an order: who may read them, their pictures, a frozen copy (R38)."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.models import Message, Order, Picture
from cardmall.reads.doors import case_for, order_for
from cardmall.reads.look import Look

_CASE_NO = "AS"  # how the number of a case begins
PARTIES = (Role.shopper, Role.merchant)


_ANSWERS = 1000  # the newest ones make a median


def order_of_talk(look: Look, no: object, *roles: Role, lock: bool = False) -> Order:
    """The order of an order number or a case number, locked on request. Refused: not of these roles, not theirs."""
    if str(no).startswith(_CASE_NO):
        return case_for(look, no, *roles, lock=lock)[1]
    return order_for(look, no, *roles, lock=lock)


def party_order(look: Look, no: object, *, lock: bool = False) -> Order:
    """The order of this number, or of this case: for its shopper and its shop, who may write."""
    return order_of_talk(look, no, *PARTIES, lock=lock)


def median_minutes(session: Session, shop_id: int, now: datetime) -> int:
    """How long the shop's answers took in the last 30 days; -1 when it gave none (R74)."""
    wanted = select(Message.answer_seconds).where(
        Message.shop_id == shop_id, col(Message.at) > now - limits.RECORD_OF, col(Message.answer_seconds).is_not(None)
    )
    took = sorted(s or 0 for s in session.exec(wanted.order_by(col(Message.at).desc()).limit(_ANSWERS)))
    return took[len(took) // 2] // 60 if took else -1


def transcript(session: Session, order: Order) -> list[dict[str, Any]]:
    """A copy to be frozen into a case (R40): role, time, text, picture ids; oldest first."""
    found = messages_of(session, order)
    return [{"role": m.role.value, "at": m.at.isoformat(), "text": m.text, "pictures": shown} for m, shown in found]


def messages_of(session: Session, order: Order) -> list[tuple[Message, list[str]]]:
    """The latest messages, oldest first, each with the ids of its pictures."""
    newest = select(Message.id).where(Message.order_id == order.id).order_by(col(Message.id).desc())
    joined = select(Message, Picture.id).outerjoin(Picture, col(Picture.message_id) == Message.id)
    wanted = joined.where(col(Message.id).in_(newest.limit(limits.MESSAGES)))
    found: dict[int, tuple[Message, list[str]]] = {}
    for message, picture in session.exec(wanted.order_by(col(Message.id), col(Picture.at), col(Picture.id))):
        shown = found.setdefault(message.id or 0, (message, []))[1]
        if picture:
            shown.append(picture)
    return list(found.values())


def pictures_of(session: Session, messages: list[Message]) -> dict[int, list[str]]:
    """Picture ids by message."""
    found: dict[int, list[str]] = defaultdict(list)
    if not messages:
        return found
    wanted = select(Picture).where(col(Picture.message_id).in_([m.id for m in messages]))
    for picture in session.exec(wanted.order_by(col(Picture.at), col(Picture.id))):
        found[picture.message_id or 0].append(picture.id)
    return found
