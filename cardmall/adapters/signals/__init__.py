"""Live signals: after a commit every process hears which topics changed. A signal carries no data.

Over Valkey when CARDMALL_REDIS_URL is set, else over PostgreSQL when that is the database, else within this process.
"""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from cardmall.adapters import db
from cardmall.adapters.signals.line import Line
from cardmall.adapters.signals.postgres import OverPostgres
from cardmall.adapters.signals.transport import Topics, Transport
from cardmall.adapters.signals.valkey import OverValkey
from cardmall.domain.topics import EVERYTHING, Topic
from cardmall.settings import settings

Hearer = Callable[[Topics], None]

_lock = threading.Lock()
_told: deque[Topics] = deque(maxlen=1000)  # what was told last, newest last
_count = 0  # of all that was told
_hearers: list[Hearer] = []
_newsreaders: list[Hearer] = []
_line: Line | None = None


def publish(topics: Iterable[Topic]) -> None:
    """Tell the pages of this process and all other processes, from any thread, after COMMIT. Never waits nor raises."""
    found = frozenset(topics)
    if not found:
        return
    tell_here(found)
    if _line is not None:
        _line.send(found)


def on_signal(hearer: Hearer) -> None:
    """Call `hearer(topics)` for whatever is published in any process."""
    _hearers.append(hearer)


def on_news(reader: Hearer) -> None:
    """Call `reader(topics)` for what another process published, before any page hears of it.

    One that raises is called again with `EVERYTHING` a moment later.
    """
    _newsreaders.append(reader)


def is_about(topics: Iterable[Topic], topic: Topic) -> bool:
    """Was this topic told, or everything?"""
    return not {topic, EVERYTHING}.isdisjoint(topics)


def mark() -> int:
    """How much was told so far; `moved` tells what was since."""
    return _count


def moved(since: int, topic: Topic) -> bool:
    """Was `topic` told after `mark()` returned `since`? True when so much was that nobody remembers."""
    with _lock:
        missed = _count - since
        return missed > len(_told) or any(is_about(topics, topic) for topics in list(_told)[len(_told) - missed :])


def interrupted() -> bool:
    """Are signals of other processes not heard at the moment? False where there is nothing to hear them by."""
    return _line is not None and not _line.open


@contextmanager
def connected(transport: Transport | None = None) -> Generator[None]:
    """Tell other processes and hear them while the block runs; each time they can be heard, everything is told."""
    global _line
    found = transport or chosen_transport()
    if found is None:
        yield
        return
    _line = Line(found, _hear)
    _line.start()
    try:
        yield
    finally:
        _line.stop()
        _line = None


def chosen_transport() -> Transport | None:
    """What the settings ask for; None: this process is alone."""
    if settings.redis_url:
        return OverValkey(settings.redis_url)
    return OverPostgres(db.engine()) if db.engine().dialect.name == "postgresql" else None


def _hear(topics: Topics) -> None:
    for read in _newsreaders:
        read(topics)
    tell_here(topics)


def tell_here(topics: Topics) -> None:
    """Tell the pages of this process alone."""
    global _count
    with _lock:
        _told.append(topics)
        _count += 1
    for hear in _hearers:
        hear(topics)


db.on_commit(publish)
