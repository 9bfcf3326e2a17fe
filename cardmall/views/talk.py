"""The conversation of shopper and merchant about one order, as it is shown and as it is kept (R55, R74)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.ways import form_open, ways
from cardmall.domain.terms import Actor, Role
from cardmall.models import Account, Conversation, Message, Order, Shop
from cardmall.reads.conversation import PARTIES, median_minutes, messages_of, order_of_talk
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.reads.whole import whole_order


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
    picture: str = ""
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
    picture: str
    shopper: str
    last_text: str
    last_at: datetime
    unread: int
    waiting_since: datetime | None


def conversation_view(look: Look, no: object) -> TalkView:
    """What both sides wrote, oldest first: for the order's parties and admins. `no`: of the order or of its case."""
    order, viewer = order_of_talk(look, no), require(look.who)
    shop, shopper, talk = _around(look.session, order)
    return TalkView(
        no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        shop=shop,
        shopper=masked(shopper),
        way=_open_form(look, order) if viewer.role is Role.shopper else "",
        unread=_unread(talk, viewer),
        median_minutes=median_minutes(look.session, order.shop_id, look.now),
        may_write=viewer.role in PARTIES,
        waiting_since=talk.waiting_since if talk else None,
        messages=[_message(m, viewer, pictures) for m, pictures in messages_of(look.session, order)],
    )


def _around(session: Session, order: Order) -> tuple[str, str, Conversation | None]:
    """The names of shop and shopper, and the conversation, if anything was said."""
    found = select(Shop.name, Account.name, Conversation).select_from(Shop)
    joined = found.join(Account, col(Account.id) == order.shopper_id)
    said = joined.outerjoin(Conversation, col(Conversation.order_id) == order.id)
    return session.exec(said.where(Shop.id == order.shop_id)).one()


def _open_form(look: Look, order: Order) -> str:
    """申请取消 or 退货退款, whichever decide() leaves open (R24, R36)."""
    form = form_open(ways(whole_order(look, order).facts, look.now))
    return form.value if form else ""


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


def has_talk(look: Look, no: object) -> bool:
    """Something was said on this order: there is a conversation to attach (R40)."""
    order = order_for(look, no)
    return look.session.exec(select(Message.id).where(Message.order_id == order.id).limit(1)).first() is not None
