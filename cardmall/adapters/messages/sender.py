"""Works off the messages that are due: claim, send, mark. A message goes out at least once, and seldom twice."""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.adapters.messages.channel import MessageChannel, Undeliverable
from cardmall.adapters.messages.letters import letter_of
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.topics import OUTBOX, Topic
from cardmall.models import Outgoing
from cardmall.services.account.codes import CODE_KINDS
from cardmall.services.talk.outbox import close_message, put_off_message
from cardmall.settings import settings

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # longer than any send() may last
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
    letter = letter_of(message, settings.public_url)
    chosen = next((channel for channel in channels if letter and channel.takes(letter.to)), None)
    if letter is None or chosen is None:
        return _close(message, "NO_CHANNEL")
    if _is_old(message):
        return _close(message, "TOO_OLD")
    try:
        chosen.send(letter)
    except Undeliverable as error:
        return _close(message, f"UNDELIVERABLE {error}")
    except Exception as error:
        log.warning("message %d to %s was not sent: %s", letter.no, letter.to.masked, error)
        return _put_off(message, str(error) or type(error).__name__)
    return _close(message)


def _is_old(message: Outgoing) -> bool:
    """A code that has run out, or news nobody waits for any more: also what was left before there was a channel."""
    life = limits.CONFIRM_CODE_LIFE if message.kind in CODE_KINDS else limits.NOTICE_LIFE
    return message.at + life <= clock.now()


def _close(message: Outgoing, trouble: str = "") -> None:
    with db.transaction() as session:
        close_message(our_act(session), message, trouble=trouble)


def _put_off(message: Outgoing, trouble: str) -> None:
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
    """Send until told to stop; a database gone for a while only delays it."""
    while not stop.is_set():
        try:
            sent = send_due(channels, stop)
        except Exception:
            log.exception("message sender")
            sent = 0
        if not sent and not stop.is_set():
            wake.wait(POLL)
            wake.clear()


def _wake_up(topics: set[Topic]) -> None:
    if OUTBOX in topics:
        wake.set()


db.on_commit(_wake_up)
