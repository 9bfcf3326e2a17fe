"""The conversation of shopper and merchant about one order, as it is shown and as it is kept (R55, R74)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.cancellation import ways
from cardmall.domain.terms import Actor, Role, Way
from cardmall.models import Account, Conversation, Message, Order, Picture, Shop
from cardmall.queries.doors import case_for, order_for
from cardmall.queries.facts import facts_of
from cardmall.queries.keys import place, read_key, write_key
from cardmall.queries.people import masked, require

PARTIES = (Role.shopper, Role.merchant)
_CASE_NO = "AS"  # how the number of a case begins
_ANSWERS = 1000  # the newest ones make a median


@dataclass(frozen=True)
class MessageView:
    """One message. `pictures` are ids, `contacts` codes of what may lead off the platform; `read` by the other side."""

    id: int
    mine: bool
    role: str
    at: datetime
    text: str
    read: bool
    pictures: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TalkView:
    """A conversation as one person sees it. `shopper` is masked; `unread` counts what they have not seen.

    `way`: the form that is open to the shopper now (request, return, ""). `median_minutes`: how long this shop's
    answers took in the last 30 days, -1 = none. `may_write`: a party, not an admin.
    """

    no: str = ""
    product: str = ""
    cover: str = ""
    shop: str = ""
    shopper: str = ""
    way: str = ""
    unread: int = 0
    median_minutes: int = -1
    may_write: bool = False
    waiting_since: datetime | None = None
    messages: list[MessageView] = field(default_factory=list)


@dataclass(frozen=True)
class TalkRow:
    """One line of the shop's or the admins' list. `waiting_since`: the shopper waits for an answer."""

    no: str
    product: str
    cover: str
    shopper: str
    last_text: str
    last_at: datetime
    unread: int
    waiting_since: datetime | None


@dataclass(frozen=True)
class Talks:
    """The shop's conversations, newest first; `unread` conversations in all; `next_key` leads on ("" = the end)."""

    rows: list[TalkRow] = field(default_factory=list)
    unread: int = 0
    median_minutes: int = -1
    next_key: str = ""


def party_order(session: Session, actor: Actor | None, no: object, *, lock: bool = False) -> Order:
    """The order of this number, or of this case: for its shopper and its shop, who may write."""
    return _order(session, actor, no, *PARTIES, lock=lock)


def _order(session: Session, actor: Actor | None, no: object, *roles: Role, lock: bool = False) -> Order:
    if str(no).startswith(_CASE_NO):
        return case_for(session, actor, no, *roles, lock=lock)[1]
    return order_for(session, actor, no, *roles, lock=lock)


def conversation_view(
    session: Session, actor: Actor | None, no: object, *, calendar: WorkCalendar, now: datetime
) -> TalkView:
    """What both sides wrote, oldest first: for the order's parties and admins. `no`: of the order or of its case."""
    order = _order(session, actor, no)
    viewer = require(actor)
    talk = session.get(Conversation, order.id)
    found = messages_of(session, order)
    pictures = pictures_of(session, found)
    return TalkView(
        no=order.no,
        product=order.product_name,
        cover=order.cover,
        shop=session.get_one(Shop, order.shop_id).name,
        shopper=masked(session.get_one(Account, order.shopper_id).name),
        way=_open_form(session, order, calendar, now) if viewer.role is Role.shopper else "",
        unread=_unread(talk, viewer),
        median_minutes=median_minutes(session, order.shop_id, now),
        may_write=viewer.role in PARTIES,
        waiting_since=talk.waiting_since if talk else None,
        messages=[_message(m, viewer, pictures[m.id or 0]) for m in found],
    )


def _open_form(session: Session, order: Order, calendar: WorkCalendar, now: datetime) -> str:
    """申请取消 or 退货退款, whichever decide() leaves open (R24, R36)."""
    forms = (Way.request, Way.return_)
    decided = ways(facts_of(session, order, calendar), now)
    return next((d.way.value for d in decided if d.is_open and d.way in forms), "")


def _unread(talk: Conversation | None, viewer: Actor) -> int:
    if talk is None or viewer.role not in PARTIES:
        return 0
    return talk.unread_by_shopper if viewer.role is Role.shopper else talk.unread_by_shop


def _message(message: Message, viewer: Actor, pictures: list[str]) -> MessageView:
    return MessageView(
        id=message.id or 0,
        mine=message.role is viewer.role,
        role=message.role.value,
        at=message.at,
        text=message.text,
        read=message.read_at is not None,
        pictures=pictures,
        contacts=message.contacts,
    )


def median_minutes(session: Session, shop_id: int, now: datetime) -> int:
    """How long the shop's answers took in the last 30 days; -1 when it gave none (R74)."""
    wanted = select(Message.answer_seconds).where(
        Message.shop_id == shop_id, col(Message.at) > now - limits.RECORD_OF, col(Message.answer_seconds).is_not(None)
    )
    took = sorted(s or 0 for s in session.exec(wanted.order_by(col(Message.at).desc()).limit(_ANSWERS)))
    return took[len(took) // 2] // 60 if took else -1


def shop_conversations(session: Session, actor: Actor | None, *, after: str = "", now: datetime) -> Talks:
    """The conversations of the merchant's shop, the newest first."""
    merchant = require(actor, Role.merchant)
    mine = col(Conversation.shop_id) == merchant.shop_id
    wanted = (
        select(Conversation, Order, Account)
        .join(Order, col(Order.id) == Conversation.order_id)
        .join(Account, col(Account.id) == Order.shopper_id)
        .where(mine)
    )
    if key := read_key(after):
        wanted = wanted.where(sa.tuple_(col(Conversation.last_at), col(Conversation.order_id)) < place(key))
    newest = (col(Conversation.last_at).desc(), col(Conversation.order_id).desc())
    found = session.exec(wanted.order_by(*newest).limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    unread = sa.select(sa.func.count()).where(mine, col(Conversation.unread_by_shop) > 0)
    return Talks(
        rows=[_row(*one) for one in page],
        unread=session.connection().execute(unread).scalar_one(),
        median_minutes=median_minutes(session, merchant.shop_id or 0, now),
        next_key=write_key(page[-1][0].last_at, page[-1][0].order_id) if len(found) > limits.PAGE_SIZE else "",
    )


def _row(talk: Conversation, order: Order, shopper: Account) -> TalkRow:
    return TalkRow(
        no=order.no,
        product=order.product_name,
        cover=order.cover,
        shopper=masked(shopper.name),
        last_text=talk.last_text,
        last_at=talk.last_at,
        unread=talk.unread_by_shop,
        waiting_since=talk.waiting_since,
    )


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
    if not messages:
        return found
    wanted = select(Picture).where(col(Picture.message_id).in_([m.id for m in messages]))
    for picture in session.exec(wanted.order_by(col(Picture.at), col(Picture.id))):
        found[picture.message_id or 0].append(picture.id)
    return found
