"""Two threads that send and hear signals over one transport for as long as a process lasts."""

import logging
import secrets
import threading
from collections.abc import Callable

from cardmall.adapters.signals.transport import LISTEN_SECONDS, Topics, Transport, fewer, signals_of, topics_told
from cardmall.domain.topics import EVERYTHING, HEARD_AGAIN

log = logging.getLogger(__name__)
PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds before the next try; the last one again and again
LAST_WORDS_SECONDS = 2.0  # what is not sent by then, at the end of a process, is told to nobody
NOTHING: Topics = frozenset()


class Line:
    """Sends what `send()` was given and calls `hear(topics)` for what others sent.

    A transport that is away is logged once and tried again; each time it can be heard, `hear({EVERYTHING})` is called,
    with `HEARD_AGAIN` after an interruption.
    """

    def __init__(self, transport: Transport, hear: Callable[[Topics], None]) -> None:
        self.open = self._was_open = False  # are others heard at the moment?
        self._transport = transport
        self._hear = hear
        self._name = secrets.token_hex(8)
        self._waiting = self._under_way = NOTHING
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._send_on, self._hear_on)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Send what waits, if that takes LAST_WORDS_SECONDS at most, and end both threads."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting | self._under_way, LAST_WORDS_SECONDS)
            self._ended.set()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(LAST_WORDS_SECONDS + LISTEN_SECONDS)

    def send(self, topics: Topics) -> None:
        """Have the topics sent; returns at once."""
        with self._changed:
            self._waiting = fewer(self._waiting | topics)
            self._changed.notify_all()

    def _send_on(self) -> None:
        failures = 0
        while topics := self._next():
            try:
                self._transport.send(signals_of(self._name, topics))
                failures = self._settle(left=NOTHING)
            except Exception as trouble:
                self._settle(left=topics)
                failures = self._pause("sent", failures, trouble)

    def _next(self) -> Topics:
        """What waits to be sent, once something does; nothing when the process ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended.is_set())
            if self._ended.is_set():
                return NOTHING
            self._waiting, self._under_way = NOTHING, self._waiting
            return self._under_way

    def _settle(self, left: Topics) -> int:
        with self._changed:
            self._waiting, self._under_way = fewer(self._waiting | left), NOTHING
            self._changed.notify_all()
        return 0

    def _hear_on(self) -> None:
        failures = 0
        while not self._ended.is_set():
            try:
                for message in self._transport.listen():
                    if self._ended.is_set():
                        return
                    self._take(message)
                    failures = 0
            except Exception as trouble:
                self.open = False
                failures = self._pause("heard", failures, trouble)

    def _take(self, message: str | None) -> None:
        if not self.open:
            self._hear(frozenset({EVERYTHING, HEARD_AGAIN} if self._was_open else {EVERYTHING}))
            self.open = self._was_open = True
        if message is not None and (topics := topics_told(message, self._name)):
            self._hear(topics)

    def _pause(self, what: str, failures: int, trouble: Exception) -> int:
        """Wait before the next try; the number of failures in a row, of which the first is logged."""
        if not failures:
            log.warning("signals of other processes cannot be %s for now: %s", what, trouble)
        self._ended.wait(PAUSES[min(failures, len(PAUSES) - 1)])
        return failures + 1
