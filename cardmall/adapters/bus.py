"""Live pages: after a commit, in whatever process, every open page that shows the thing reloads itself.

A signal carries no data: each client reads again with its own rights.
"""

import asyncio
import random
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import reflex as rx
from reflex.state import OnLoadInternalState, StateUpdate
from reflex_base.event import Event

from cardmall.adapters.signals import on_signal
from cardmall.adapters.signals.transport import Topics
from cardmall.domain.topics import EVERYTHING, HEARD_AGAIN, Topic

SPREAD_SECONDS = 2.0  # over which pages reload when everything is told
REST_SECONDS = 1.0  # after a page reloaded, whatever is told it meanwhile reloads it once

# topic → client token → event names
_listeners: dict[Topic, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
_lock = threading.Lock()
_pump: tuple[asyncio.AbstractEventLoop, asyncio.Queue[Topics]] | None = None
_waiting: set[asyncio.Task[None]] = set()  # pages that reload in a moment
_resting: dict[str, dict[str, bool]] = defaultdict(dict)  # client token → event name → was told again since it ran
_LOAD = f"{OnLoadInternalState.get_full_name()}.on_load_internal"  # runs whatever a page runs when it is opened


def subscribe(state: rx.State, topic: Topic, handler: Any) -> None:
    """Run this handler of this client whenever the topic is published."""
    (event,) = Event.from_event_type(handler)  # pyright: ignore[reportUnknownMemberType] - Reflex says half its type
    with _lock:
        _listeners[topic][state.router.session.client_token].add(event.name)


def forget(token: str) -> None:
    """A client went to another page: what the old one listened to is over."""
    _resting.pop(token, None)
    with _lock:
        for topic in [topic for topic, clients in _listeners.items() if clients.pop(token, None) and not clients]:
            del _listeners[topic]


def _take(topics: Topics) -> None:
    """Hand the topics to the pump, from any thread. Without a running app nobody listens."""
    if _pump is None:
        return
    loop, queue = _pump
    with suppress(RuntimeError):  # the loop closed a moment ago: so did all pages
        loop.call_soon_threadsafe(queue.put_nowait, topics)


async def pump(app: rx.App) -> None:
    """Lifespan task. Enqueue the events for other clients: inside a handler Reflex would run them as the sender."""
    global _pump
    queue: asyncio.Queue[Topics] = asyncio.Queue()
    _pump = (asyncio.get_running_loop(), queue)
    _resting.clear()
    try:
        while True:
            await _fan_out(app, await queue.get())
    finally:
        _pump = None


async def _fan_out(app: rx.App, topics: Topics) -> None:
    if HEARD_AGAIN in topics:
        return _begin_anew(app)
    for token, names in _wanted(topics).items():
        if EVERYTHING in topics:
            _later(partial(_reload, app, token, names))
        else:
            await _reload(app, token, {name for name in names if not _rests(app, token, name)})


def _rests(app: rx.App, token: str, name: str) -> bool:
    """Whether this handler of the page ran within REST_SECONDS; if so, it runs once more after them. A job that moves
    a thousand orders of a shop reloads the shop's pages once a second, and when it is done."""
    if name in _resting[token]:
        _resting[token][name] = True
        return True
    _resting[token][name] = False
    _begin(REST_SECONDS, partial(_end_rest, app, token, name))
    return False


async def _end_rest(app: rx.App, token: str, name: str) -> None:
    told_again = _resting[token].pop(name, False)
    if told_again and not _rests(app, token, name):
        await _reload(app, token, {name})
    if not _resting.get(token):
        _resting.pop(token, None)


def _later(work: Callable[[], Awaitable[None]]) -> None:
    """Do it within SPREAD_SECONDS: the database is not asked by all pages at once."""
    _begin(random.uniform(0, SPREAD_SECONDS), work)  # noqa: S311 - spreads load, hides nothing


def _begin(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    async def wait() -> None:
        await asyncio.sleep(seconds)
        await work()

    task = asyncio.create_task(wait())
    _waiting.add(task)
    task.add_done_callback(_waiting.discard)


def _begin_anew(app: rx.App) -> None:
    """Have each page ask for itself: where its state is gone with Valkey, only it can say which page it is.

    One that listens to nothing could not be looked at when it was opened: it is loaded.
    """
    wanted = _wanted(frozenset({EVERYTHING}))
    for token in pages_here(app):
        _later(partial(_ask_page, app, token, wanted.get(token) or {_LOAD}))


async def _ask_page(app: rx.App, token: str, names: set[str]) -> None:
    if app.event_namespace is not None:
        await app.event_namespace.emit_update(StateUpdate(events=[Event(name=name) for name in names]), token)


def pages_here(app: rx.App) -> dict[str, str]:
    """The event socket of each page that is connected to this process, by its client token."""
    if app.event_namespace is None:
        return {}
    manager = app.event_namespace._token_manager  # pyright: ignore[reportPrivateUsage] - no public way; tested
    known = list(manager.token_to_socket.items())
    return {token: one.sid for token, one in known if one.instance_id == manager.instance_id}


async def _reload(app: rx.App, token: str, names: set[str]) -> None:
    if not _is_here(app, token):
        return forget(token)
    for name in names:
        await app.event_processor.enqueue(token, Event(name=name))


def _wanted(topics: Topics) -> dict[str, set[str]]:
    """What each client runs: every handler once, however many of the topics it listens to."""
    found: dict[str, set[str]] = defaultdict(set)
    with _lock:
        for topic in _listeners if EVERYTHING in topics else topics & _listeners.keys():
            for token, names in _listeners[topic].items():
                found[token] |= names
    return found


def _is_here(app: rx.App, token: str) -> bool:
    """False: the page was closed, or reconnected to another worker."""
    if app.event_namespace is None:
        return False
    manager = app.event_namespace._token_manager  # pyright: ignore[reportPrivateUsage] - no public way; tested
    socket = manager.token_to_socket.get(token)
    return socket is not None and socket.instance_id == manager.instance_id


on_signal(_take)
