"""Live signals: after a commit every open page that shows the thing reloads itself. A signal carries no data:
each client reads again with its own rights."""

import asyncio
import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import reflex as rx
from reflex_base.event import Event

from cardmall.domain.topics import Topic

# topic → client token → event names
_listeners: dict[Topic, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
_lock = threading.Lock()
_told: deque[frozenset[Topic]] = deque(maxlen=1000)  # what was published last, newest last
_count = 0  # of all that was published
_pump: tuple[asyncio.AbstractEventLoop, asyncio.Queue[frozenset[Topic]]] | None = None


def subscribe(state: rx.State, topic: Topic, handler: Any) -> None:
    """Run this handler of this client whenever the topic is published."""
    (event,) = Event.from_event_type(handler)  # pyright: ignore[reportUnknownMemberType] - Reflex says half its type
    with _lock:
        _listeners[topic][state.router.session.client_token].add(event.name)


def forget(token: str) -> None:
    """A client went to another page: what the old one listened to is over."""
    with _lock:
        for topic in [topic for topic, clients in _listeners.items() if clients.pop(token, None) and not clients]:
            del _listeners[topic]


def publish(topics: Iterable[Topic]) -> None:
    """Tell all open pages, from any thread, after COMMIT. Without a running app nobody listens.

    With several workers this is the place for Redis PUBLISH; `pump` then reads its channel instead of the queue.
    """
    found = frozenset(topics)
    if not found:
        return
    _remember(found)
    if _pump is None:
        return
    loop, queue = _pump
    with suppress(RuntimeError):  # the loop closed a moment ago: so did all pages
        loop.call_soon_threadsafe(queue.put_nowait, found)


def _remember(topics: frozenset[Topic]) -> None:
    global _count
    with _lock:
        _told.append(topics)
        _count += 1


def mark() -> int:
    """How much was published so far; `moved` tells what was since."""
    return _count


def moved(since: int, topic: Topic) -> bool:
    """Was `topic` published after `mark()` returned `since`? True when so much was that nobody remembers."""
    with _lock:
        missed = _count - since
        return missed > len(_told) or any(topic in topics for topics in list(_told)[len(_told) - missed :])


async def pump(app: rx.App) -> None:
    """Lifespan task. Enqueue the events for other clients: inside a handler Reflex would run them as the sender."""
    global _pump
    queue: asyncio.Queue[frozenset[Topic]] = asyncio.Queue()
    _pump = (asyncio.get_running_loop(), queue)
    try:
        while True:
            await _fan_out(app, await queue.get())
    finally:
        _pump = None


async def _fan_out(app: rx.App, topics: frozenset[Topic]) -> None:
    for token, name in _wanted(topics):
        if _is_here(app, token):
            await app.event_processor.enqueue(token, Event(name=name))
        else:
            forget(token)


def _wanted(topics: frozenset[Topic]) -> set[tuple[str, str]]:
    """Each handler once, however many of the topics it listens to."""
    with _lock:
        clients = [client for topic in topics for client in _listeners.get(topic, {}).items()]
        return {(token, name) for token, names in clients for name in names}


def _is_here(app: rx.App, token: str) -> bool:
    """False: the page was closed, or reconnected to another worker."""
    if app.event_namespace is None:
        return False
    manager = app.event_namespace._token_manager  # pyright: ignore[reportPrivateUsage] - no public way; tested
    socket = manager.token_to_socket.get(token)
    return socket is not None and socket.instance_id == manager.instance_id
