"""Floods and forged events against the served back end: what it costs, and whether a neighbour is still answered."""

import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import socketio
import websocket
from socketio.exceptions import ConnectionError as Refusal

from cardmall import routes
from cardmall.domain import limits
from tests.attack.raw import LAST, NOTHING, RawClient, raw_client, somewhere
from tests.patience import PATIENCE, until
from tests.serving import App

pytestmark = pytest.mark.slow
HYDRATE = "reflex___state____state.hydrate"
CRASH = "reflex___state____state.reflex___state____frontend_event_exception_state.handle_frontend_exception"
HOME = "reflex___state____state.cardmall___states___public___home____mall_state.load"
SEARCH = "reflex___state____state.cardmall___states___admin___people____people_state.search"
PICK = "reflex___state____state.cardmall___states___shopper___order____order_state.pick"


# what it costs


def memory(app: App) -> float:
    """MB of all processes of the served back end."""
    found = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, ValueError):
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                if int(state[2]) == app.group:
                    status = (folder / "status").read_text()
                    found += int(status.split("VmRSS:")[1].split()[0])
    return found / 1024


class Neighbour:
    """Somebody else, who asks one thing again and again while a flood goes on."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask, self._stop = ask, threading.Event()
        self.waits: list[float] = []
        self.failed: list[str] = []

    def look(self) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                self._ask()
            except Exception as error:
                self.failed.append(repr(error))
            self.waits.append(time.monotonic() - begun)
            self._stop.wait(0.02)

    @contextmanager
    def looking(self) -> Iterator[None]:
        thread = threading.Thread(target=self.look)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def test_a_neighbour_notices_every_error() -> None:
    def ask() -> None:
        raise RuntimeError("the server fell over")

    one = Neighbour(ask)
    with one.looking():
        until(lambda: len(one.waits) > 1)
    assert one.failed and set(one.failed) == {"RuntimeError('the server fell over')"}


@contextmanager
def neighbours(app: App) -> Iterator[list[Neighbour]]:
    """One asks over HTTP whether the shop is open, one opens the shop's first page over its socket."""
    with httpx.Client(headers={"X-Forwarded-For": somewhere()}, timeout=PATIENCE) as http, raw_client(app.url) as page:
        both = [
            Neighbour(lambda: http.get(app.url + routes.READY).raise_for_status()),
            Neighbour(lambda: shows_products(page.call(HOME, {}, "/"))),
        ]
        with both[0].looking(), both[1].looking():
            yield both


def shows_products(heard: str) -> None:
    assert "genshin-6480" in heard


def flooded_twice(app: App, name: str, flood: Callable[[], None]) -> None:
    """A second equal flood adds at most 5 %; the neighbours are answered all the time."""
    with neighbours(app) as both:
        before = memory(app)
        flood()
        first = memory(app)
        flood()
        second = memory(app)
    worst = [max(one.waits) for one in both]
    print(
        f"{name}: {before:.0f} MB, {first:.0f} after one, {second:.0f} after two; "
        f"worst wait {worst[0]:.2f} s, of a page {worst[1]:.2f} s"
    )
    for one in both:
        assert not one.failed and len(one.waits) > 1
    assert second <= first * 1.05
    assert first <= before + 60


def post_endless(app: App, path: str, size: int) -> int:
    """Chunked, without a length; the status it was answered with, 0 when the line was cut first."""

    def pieces() -> Iterator[bytes]:
        for _ in range(size // 65_536):
            yield bytes(65_536)

    sent = {"X-Forwarded-For": somewhere(), "Content-Type": "application/x-www-form-urlencoded"}
    try:
        return httpx.post(app.url + path, content=pieces(), headers=sent).status_code
    except httpx.HTTPError:
        return 0


BODIES = (routes.CALLBACK, routes.SANDBOX_PAY, routes.LOCALE, routes.SIGN_IN)


def bodies(app: App, size: int) -> None:
    assert {post_endless(app, path, size) for path in BODIES} <= {413, 0}


def half_requests(app: App, count: int) -> None:
    """Headers that never end."""
    host = urlsplit(app.url)
    held = [socket.create_connection((host.hostname or "", host.port or 0)) for _ in range(count)]
    for line in held:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: ")
    # they are held open while the neighbour looks
    assert httpx.get(app.url + routes.READY, timeout=PATIENCE).status_code == 200
    for line in held:
        line.close()


def tokens(app: App, count: int) -> None:
    """Invented tokens from one address, each with the longest address a page may have."""
    address = somewhere()
    welcome = 0
    for _ in range(count):
        try:
            with socketio.SimpleClient() as one:
                one.connect(
                    f"{app.url}/?token={uuid.uuid4()}",
                    headers={"X-Forwarded-For": address},
                    namespace="/_event",
                    socketio_path="/_event",
                    transports=["websocket"],
                )
                router = {"pathname": "/", "asPath": "/?a=" + "b" * 2500, "query": {}}
                one.emit("event", {"name": HYDRATE, "payload": {}, "router_data": router})
                welcome += 1
        except Refusal:
            continue
    assert 0 < welcome <= 121  # SOCKETS_A_MINUTE


def test_bodies_without_end_cost_nothing(backend: App) -> None:
    flooded_twice(backend, "bodies of 20 MB", lambda: bodies(backend, 20_000_000))


def test_half_requests_stop_nobody(backend: App) -> None:
    flooded_twice(backend, "300 half requests", lambda: half_requests(backend, 300))


def test_invented_tokens_cost_little(backend: App) -> None:
    flooded_twice(backend, "60 tokens", lambda: tokens(backend, 60))


@pytest.mark.long
def test_the_floods_in_full(backend: App) -> None:
    flooded_twice(backend, "bodies of 300 MB", lambda: bodies(backend, 300_000_000))
    flooded_twice(backend, "1,100 half requests", lambda: half_requests(backend, 1100))
    flooded_twice(backend, "500 tokens", lambda: tokens(backend, 500))


# what may be said


def sound(client: RawClient) -> None:
    """It still hears and is heard."""
    client.call(NOTHING, {})


BAD: list[tuple[str, dict[str, object], str]] = [
    (SEARCH, {"form": {"q": "\ud800"}}, "/"),
    (SEARCH, {"form": {"\udfff": "x"}}, "/"),
    (SEARCH, {"form": "text"}, "/"),
    (SEARCH, {"form": {}, "more": 1}, "/"),
    (SEARCH, {"form": {"q": "x" * 60_000}}, "/"),
    (SEARCH, {"form": {"__reflex_form_data__": ["q"]}}, "/"),
    (PICK, {"way": "x" * 60_000}, "/"),
    (PICK, {"way": 7}, "/"),
    (SEARCH.replace(".search", ".setvar"), {"var_name": "is_hydrated", "value": True}, "/"),
    ("reflex___state____state.set_is_hydrated", {"value": True}, "/"),
    (
        "reflex___state____state.reflex___state____update_vars_internal_state.update_vars_internal",
        {"vars": {}},
        "/",
    ),
    ("no.such.handler\nWARNING forged line", {}, "/"),
    (LAST, {}, "/" + "a" * 4000),
    (LAST, {}, "/\udc00"),
]


def test_an_unsound_event_is_refused_and_the_page_goes_on(backend: App) -> None:
    with raw_client(backend.url) as client:
        for name, payload, path in BAD:
            client._emit(name, payload, path)
            sound(client)
    said = backend.log.read_text(errors="replace")
    assert "\nWARNING forged line" not in said and "Traceback" not in said
    assert said.count(" refused: ") >= len(BAD)


def test_what_is_no_event_is_refused_and_the_page_goes_on(backend: App) -> None:
    with raw_client(backend.url) as client:
        for junk in (None, 7, "text", [], ["a"], {"name": 7}, {"name": LAST, "payload": 7}):
            client._socket.emit("event", junk)
            sound(client)


def test_the_log_cannot_be_filled(backend: App) -> None:
    before = backend.log.stat().st_size
    with raw_client(backend.url) as client:
        for number in range(60):
            client._emit(f"no.such.{number}" + "x" * 30_000, {}, "/")
            client._emit(CRASH, {"info": "boom\nforged", "component_stack": "y" * 30_000}, "/")
        sound(client)
    grown = backend.log.stat().st_size - before
    lines = backend.log.read_bytes()[before:].decode(errors="replace").splitlines()
    print(f"120 lies of 30 kB: {grown} bytes, {len(lines)} lines in the log")
    assert grown < 40 * limits.LOG_LINE and not [line for line in lines if line.startswith("forged")]


@pytest.mark.parametrize("sign", ["x", "字"])
def test_a_frame_too_large_ends_the_socket_and_nobody_elses(backend: App, sign: str) -> None:
    with raw_client(backend.url) as neighbour:
        url = backend.url.replace("http", "ws", 1) + f"/_event/?token={uuid.uuid4()}&EIO=4&transport=websocket"
        line = websocket.create_connection(url, header={"X-Forwarded-For": somewhere()}, timeout=PATIENCE)
        line.send("40/_event,")
        with suppress(websocket.WebSocketConnectionClosedException, ConnectionError):
            line.send("42/_event," + sign * (limits.FRAME_BYTES // len(sign.encode())))
            while line.recv():
                continue
        line.close()
        sound(neighbour)
