"""Shopper and merchant write to each other about one order (R55, R56, R74)."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.contact_guard import contacts
from cardmall.domain.picture_ids import ids_of
from cardmall.domain.terms import Actor, FieldError, Offer, Reason, Refused, Role, invalid
from cardmall.domain.topics import order_topic, person_topic, shop_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Conversation, Event, Message, Notice, Order
from cardmall.reads.conversation import party_order, pictures_of
from cardmall.services.act import Act, record
from cardmall.services.case.evidence import typed_words
from cardmall.services.case.pictures import attach
from cardmall.services.ending import touch
from cardmall.services.talk.notify import tell_shop, tell_shopper


def write_message(act: Act, no: object, *, text: object, pictures: object = (), sure: object = "") -> None:
    """Send words, pictures or both; a double click sends them once. `no`: of the order or of its case.

    `sure`: the contacts the sender was warned of, "qq,phone"; others are Refused(contact_found) with
    `fields["contacts"]` naming them all, so that the warning comes first.
    """
    order = party_order(act, no, lock=True)
    author, words = act.who, typed_words(text, required=False)
    if _is_repeated(act, order, author, words, ids_of(pictures)):
        return
    found = [contact.value for contact in contacts(words)]
    if set(found) - set(ids_of(sure)):
        raise Refused(Reason.contact_found, Offer.form, {"contacts": ",".join(found)})
    refuse_flood(act, author, Verb.message_sent)
    talk = _talk(act, order)
    message = _message(order, author, words, found, talk, act.now)
    act.session.add(message)
    act.session.flush()
    attach(act, order, pictures, message)
    if not words and not pictures_of(act.session, [message])[message.id or 0]:
        raise invalid(text=FieldError.required)
    act = act.on(order=order)
    record(act, Verb.message_sent, message=message.id, contacts=found)
    _tell(act, talk)
    _count(talk, message)


def _is_repeated(act: Act, order: Order, author: Actor, words: str, pictures: list[str]) -> bool:
    wanted = select(Message).where(Message.order_id == order.id).order_by(col(Message.id).desc())
    last = act.session.exec(wanted.limit(1)).first()
    if last is None or (last.author_id, last.text) != (author.id, words) or act.now - last.at > limits.SAME_MESSAGE:
        return False
    return set(pictures) == set(pictures_of(act.session, [last])[last.id or 0])


def refuse_flood(act: Act, author: Actor, verb: Verb) -> None:
    """Nobody writes that much in a minute; `verb`: the event each message leaves."""
    lately = sa.and_(col(Event.at) > act.now - timedelta(minutes=1), col(Event.at) <= act.now)
    mine = select(Event.at).where(lately, col(Event.actor_id) == author.id, col(Event.verb) == verb)
    newest = act.session.exec(mine.order_by(col(Event.at).desc()).limit(limits.MESSAGES_A_MINUTE)).all()
    if len(newest) == limits.MESSAGES_A_MINUTE:
        raise Refused(Reason.too_many_tries, Offer.form, at=newest[-1] + timedelta(minutes=1))


def _talk(act: Act, order: Order) -> Conversation:
    """The order's row of both lists; the order's lock lets one writer make it."""
    found = act.session.get(Conversation, order.id)
    if found is None:
        found = Conversation(order_id=order.id or 0, shop_id=order.shop_id, last_at=act.now)
        act.session.add(found)
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


def _tell(act: Act, talk: Conversation) -> None:
    """One notice for all that waits unread, not one per message."""
    if act.who.role is Role.merchant and not talk.unread_by_shopper:
        tell_shopper(act, NoticeKind.message_received)
    if act.who.role is Role.shopper and not talk.unread_by_shop:
        tell_shop(act, NoticeKind.message_received)


def _count(talk: Conversation, message: Message) -> None:
    """The shopper waits from the first unanswered message on (R74)."""
    talk.last_at, talk.last_text = message.at, message.text[: limits.LAST_WORDS]
    if message.role is Role.merchant:
        talk.unread_by_shopper += 1
        talk.waiting_since = None
    else:
        talk.unread_by_shop += 1
        talk.waiting_since = talk.waiting_since or message.at


def read_conversation(act: Act, no: object) -> None:
    """A party has seen what the other side wrote; the sender sees that. Nothing unread: nothing is written."""
    order = party_order(act, no, lock=True)
    reader = act.who
    theirs = (col(Message.order_id) == order.id, col(Message.role) != reader.role, col(Message.read_at).is_(None))
    if not act.session.connection().execute(sa.update(Message).where(*theirs).values(read_at=act.now)).rowcount:
        return
    talk = _talk(act, order)
    if reader.role is Role.merchant:
        talk.unread_by_shop = 0
    else:
        talk.unread_by_shopper = 0
    _read_notices(act, order, reader)
    touch(act.session, order_topic(order.no), shop_topic(order.shop_id))


def _read_notices(act: Act, order: Order, reader: Actor) -> None:
    mine = (
        col(Notice.account_id) == reader.id,
        col(Notice.order_no) == order.no,
        col(Notice.kind) == NoticeKind.message_received,
        col(Notice.read_at).is_(None),
    )
    if act.session.connection().execute(sa.update(Notice).where(*mine).values(read_at=act.now)).rowcount:
        touch(act.session, person_topic(reader.id))
