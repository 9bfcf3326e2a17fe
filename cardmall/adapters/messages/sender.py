"""Works off the messages that are due: claim, send, mark. A message goes out at least once, and seldom twice."""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.adapters.loop import repeat
from cardmall.adapters.messages.channel import Later, MessageChannel, Undeliverable
from cardmall.adapters.messages.letters import letter_of
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.topics import OUTBOX, Topic
from cardmall.models import Outgoing
from cardmall.services.account.codes import CODE_KINDS
from cardmall.services.talk.outbox import close_message, put_off_message
from cardmall.settings import settings

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)  # longer than any send() may last
POLL = 2.0
wake = threading.Event()


def claim_message() -> Outgoing | None:
    """Take the message due longest for one LEASE; idle, it takes no write lock."""
    now = clock.now()
    due = sa.select(col(Outgoing.id)).where(col(Outgoing.due_at) <= now)
    first = due.order_by(col(Outgoing.due_at), col(Outgoing.id)).limit(1)
    with db.reading() as session:
        if session.scalar(first) is None:
            return None
    with db.transaction() as session:
        taken = first.with_for_update(skip_locked=True).scalar_subquery()
        mine = sa.update(Outgoing).where(col(Outgoing.id) == taken, col(Outgoing.due_at) <= now)
        return session.scalar(mine.values(due_at=now + LEASE, tries=Outgoing.tries + 1).returning(Outgoing))


def send_message(message: Outgoing, channels: Sequence[MessageChannel]) -> None:
    """Send it by the first channel that reaches its address; mark it sent, put off, or given up and why."""
    if ended := _ended(message):
        return _close(message, ended)
    letter = letter_of(message, settings.public_url)
    chosen = next((channel for channel in channels if letter and channel.takes(letter.to)), None)
    if letter is None or chosen is None:
        return _close(message, "NO_CHANNEL")
    try:
        chosen.send(letter)
    except Exception as error:
        trouble = _brief(error) if letter.private else str(error) or _brief(error)
        log.warning("message %d to %s was not sent: %s", letter.no, letter.to.masked, _brief(error))
        return (
            _close(message, f"UNDELIVERABLE {trouble}") if isinstance(error, Undeliverable) else _off(message, trouble)
        )
    return _close(message)


def _ended(message: Outgoing) -> str:
    """Why it is not even tried; "" when it is. A code was used or ended meanwhile; news is too old for anybody, also
    what was left before there was a channel; or every try so far died with its process."""
    private = message.kind in CODE_KINDS
    if private and "code" not in message.data:
        return "WIPED"
    if message.at + (limits.CONFIRM_CODE_LIFE if private else limits.NOTICE_LIFE) <= clock.now():
        return "TOO_OLD"
    return "GIVEN_UP" if message.tries > len(limits.MESSAGE_RETRIES) + 1 else ""


def _brief(error: Exception) -> str:
    """The number a server answered with, or the kind of trouble: its words may repeat address and text."""
    first = str(error).partition(" ")[0]
    return first if isinstance(error, Later | Undeliverable) and first else type(error).__name__


def _close(message: Outgoing, trouble: str = "") -> None:
    with db.transaction() as session:
        close_message(our_act(session), message, trouble=trouble)


def _off(message: Outgoing, trouble: str) -> None:
    if message.tries > len(limits.MESSAGE_RETRIES):
        return _close(message, f"GIVEN_UP {trouble}")
    with db.transaction() as session:
        put_off_message(our_act(session), message, trouble, clock.now() + limits.MESSAGE_RETRIES[message.tries - 1])
    return None


def send_due(channels: Sequence[MessageChannel], stop: threading.Event | None = None) -> int:
    """Send what is due, in this thread; how many were taken."""
    count = 0
    while not (stop and stop.is_set()) and (message := claim_message()):
        send_message(message, channels)
        count += 1
    return count


def send_messages(stop: threading.Event, channels: Sequence[MessageChannel]) -> None:
    """Send until told to stop."""

    def send_what_is_due() -> int:
        return send_due(channels, stop)

    repeat(stop, wake, POLL, send_what_is_due)


def _wake_up(topics: set[Topic]) -> None:
    if OUTBOX in topics:
        wake.set()


db.on_commit(_wake_up)
