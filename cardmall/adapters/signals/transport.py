"""What carries signals between processes, and how topics are written down on the way."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from cardmall.domain.topics import EVERYTHING, Topic

log = logging.getLogger(__name__)
Topics = frozenset[Topic]
MESSAGE_BYTES = 7_900  # PostgreSQL takes less than 8,000 bytes in one NOTIFY
TOPICS_AT_ONCE = 50  # more than these are told as everything
LISTEN_SECONDS = 1.0  # how long one look for a message lasts


class Transport(Protocol):
    """A server all processes know. Both methods raise whatever its library raises while the server is away."""

    def send(self, messages: Sequence[str]) -> None:
        """Hand each message to all processes that listen; blocks for seconds at most."""
        ...

    def listen(self) -> Iterator[str | None]:
        """Connect, then yield each message; None once connected, and whenever LISTEN_SECONDS brought none."""
        ...


def fewer(topics: Topics) -> Topics:
    """The topics themselves, or `EVERYTHING` alone for more than TOPICS_AT_ONCE."""
    return frozenset({EVERYTHING}) if EVERYTHING in topics or len(topics) > TOPICS_AT_ONCE else topics


def signals_of(sender: str, topics: Topics) -> list[str]:
    """Messages of at most MESSAGE_BYTES (ASCII) that name all the topics and who tells them."""
    message = json.dumps([sender, *sorted(topics)])
    if len(message) <= MESSAGE_BYTES or len(topics) < 2:
        return [message] if len(message) <= MESSAGE_BYTES else signals_of(sender, frozenset({EVERYTHING}))
    named = sorted(topics)
    half = len(named) // 2
    return signals_of(sender, frozenset(named[:half])) + signals_of(sender, frozenset(named[half:]))


def topics_told(message: str, listener: str) -> Topics:
    """The topics a message names; none of one the listener sent. What cannot be read is logged and tells everything."""
    try:
        told = json.loads(message)
        sender, *topics = told
        return frozenset() if sender == listener else frozenset(_named(topics))
    except (ValueError, TypeError):
        log.warning("a signal cannot be read: %.200r", message)
        return frozenset({EVERYTHING})


def _named(topics: Iterable[Any]) -> Iterator[Topic]:
    for topic in topics:
        if not isinstance(topic, str):
            raise TypeError(topic)
        yield Topic(topic)
