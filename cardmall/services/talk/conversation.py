"""Shopper and merchant write to each other about one order (R55, R56, R74)."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.contact_guard import contacts
from cardmall.domain.terms import Actor, FieldError, Offer, Reason, Refused, Role, invalid
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Conversation, Event, Message, Notice, Order
from cardmall.reads.conversation import party_order, pictures_of
from cardmall.reads.people import require
from cardmall.services.act import Act, record, touch
from cardmall.services.case.evidence import typed
from cardmall.services.case.pictures import attach, ids_of
from cardmall.services.talk.notify import tell_shop, tell_shopper


def write_message(
    session: Session, actor: Actor | None, no: object, *, text: object, pictures: object = (), sure: object = "",
    now: datetime,
) -> None:  # fmt: skip
    """Send words, pictures or both; a double click sends them once. `no`: of the order or of its case.

    `sure`: the contacts the sender was warned of, "qq,phone"; others are Refused(contact_found) with
    `fields["contacts"]` naming them all, so that the warning comes first.
    """
    order = party_order(session, actor, no, lock=True)
    author, words = require(actor), typed(text, required=False)
    if _is_repeated(session, order, author, words, ids_of(pictures), now):
        return
    found = [contact.value for contact in contacts(words)]
    if set(found) - set(ids_of(sure)):
        raise Refused(Reason.contact_found, Offer.form, {"contacts": ",".join(found)})
    refuse_flood(session, author, Verb.message_sent, now)
    talk = _talk(session, order, now)
    message = _message(order, author, words, found, talk, now)
    session.add(message)
    session.flush()
    attach(session, author, order, pictures, message)
    if not words and not pictures_of(session, [message])[message.id or 0]:
        raise invalid(text=FieldError.required)
    act = Act(author, now, order)
    record(session, act, Verb.message_sent, message=message.id, contacts=found)
    _tell(session, act, talk)
    _count(talk, message)


def _is_repeated(session: Session, order: Order, author: Actor, words: str, pictures: list[str], now: datetime) -> bool:
    wanted = select(Message).where(Message.order_id == order.id).order_by(col(Message.id).desc())
    last = session.exec(wanted.limit(1)).first()
    if last is None or (last.author_id, last.text) != (author.id, words) or now - last.at > limits.SAME_MESSAGE:
        return False
    return set(pictures) == set(pictures_of(session, [last])[last.id or 0])


def refuse_flood(session: Session, author: Actor, verb: Verb, now: datetime) -> None:
    """Nobody writes that much in a minute; `verb`: the event each message leaves."""
    lately = sa.and_(col(Event.at) > now - timedelta(minutes=1), col(Event.at) <= now)
    mine = select(Event.at).where(lately, col(Event.actor_id) == author.id, col(Event.verb) == verb)
    newest = session.exec(mine.order_by(col(Event.at).desc()).limit(limits.MESSAGES_A_MINUTE)).all()
    if len(newest) == limits.MESSAGES_A_MINUTE:
        raise Refused(Reason.too_many_tries, Offer.form, at=newest[-1] + timedelta(minutes=1))


def _talk(session: Session, order: Order, now: datetime) -> Conversation:
    """The order's row of both lists; the order's lock lets one writer make it."""
    found = session.get(Conversation, order.id)
    if found is None:
        found = Conversation(order_id=order.id or 0, shop_id=order.shop_id, last_at=now)
        session.add(found)
    return found


def _message(order: Order, author: Actor, words: str, found: list[str], talk: Conversation, now: datetime) -> Message:
    waited = now - talk.waiting_since if talk.waiting_since and author.role is Role.merchant else None
    return Message(
        order_id=order.id or 0,
        shop_id=order.shop_id,
        author_id=author.id,
        role=author.role,
        at=now,
        text=words,
        contacts=found,
        answer_seconds=int(waited.total_seconds()) if waited else None,
    )


def _tell(session: Session, act: Act, talk: Conversation) -> None:
    """One notice for all that waits unread, not one per message."""
    if act.actor.role is Role.merchant and not talk.unread_by_shopper:
        tell_shopper(session, act, NoticeKind.message_received)
    if act.actor.role is Role.shopper and not talk.unread_by_shop:
        tell_shop(session, act, NoticeKind.message_received)


def _count(talk: Conversation, message: Message) -> None:
    """The shopper waits from the first unanswered message on (R74)."""
    talk.last_at, talk.last_text = message.at, message.text[: limits.LAST_WORDS]
    if message.role is Role.merchant:
        talk.unread_by_shopper += 1
        talk.waiting_since = None
    else:
        talk.unread_by_shop += 1
        talk.waiting_since = talk.waiting_since or message.at


def read_conversation(session: Session, actor: Actor | None, no: object, *, now: datetime) -> None:
    """A party has seen what the other side wrote; the sender sees that. Nothing unread: nothing is written."""
    order = party_order(session, actor, no, lock=True)
    reader = require(actor)
    theirs = (col(Message.order_id) == order.id, col(Message.role) != reader.role, col(Message.read_at).is_(None))
    if not session.connection().execute(sa.update(Message).where(*theirs).values(read_at=now)).rowcount:
        return
    talk = _talk(session, order, now)
    if reader.role is Role.merchant:
        talk.unread_by_shop = 0
    else:
        talk.unread_by_shopper = 0
    _read_notices(session, order, reader, now)
    touch(session, f"order:{order.no}", f"shop:{order.shop_id}")


def _read_notices(session: Session, order: Order, reader: Actor, now: datetime) -> None:
    mine = (
        col(Notice.account_id) == reader.id,
        col(Notice.order_no) == order.no,
        col(Notice.kind) == NoticeKind.message_received,
        col(Notice.read_at).is_(None),
    )
    if session.connection().execute(sa.update(Notice).where(*mine).values(read_at=now)).rowcount:
        touch(session, f"person:{reader.id}")
