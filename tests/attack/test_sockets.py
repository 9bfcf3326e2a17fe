"""Who may connect to the served back end: half requests are cut off; sockets are looked at and counted."""

import socket
import uuid
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest

from cardmall.domain import limits
from tests.attack.raw import somewhere
from tests.patience import PATIENCE, until
from tests.serving import App

pytestmark = pytest.mark.slow
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: "
PAUSE = 1.0  # seconds between two bytes of a slow client
# Pauses a client without an end is heard at most. granian itself would wait 30 s.
CUT_WITHIN = 3 * limits.HEADER_SECONDS


def line_to(app: App, patience: float = PATIENCE) -> socket.socket:
    host = urlsplit(app.url)
    return socket.create_connection((host.hostname or "", host.port or 0), timeout=patience)


# half a request


def is_cut(line: socket.socket) -> bool:
    """The server ended the connection, with a word or without; False while it listens on."""
    try:
        while line.recv(4096):
            continue
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_half_a_request_is_cut_off(backend: App) -> None:
    assert CUT_WITHIN < 30
    with line_to(backend, CUT_WITHIN) as line:
        line.sendall(HALF)
        assert is_cut(line)


def test_a_client_that_sends_a_byte_now_and_then_is_cut_off_too(backend: App) -> None:
    with line_to(backend, PAUSE) as line:
        line.sendall(HALF)
        for _ in range(CUT_WITHIN):
            if is_cut(line):
                return
            with suppress(ConnectionError):  # cut a moment ago: the next look says so
                line.sendall(b"a")
    raise AssertionError(f"it was heard after {CUT_WITHIN} bytes, a second apart")


# who may connect


def try_socket(app: App, token: str = "", **headers: str) -> bool:
    """The handshake of a websocket: was it welcome?"""
    with line_to(app) as line:
        return shake_hands(app, line, token, **headers)


def shake_hands(app: App, line: socket.socket, token: str = "", **headers: str) -> bool:
    """The same on a line that stays open."""
    asked = {"Origin": app.url, "X-Forwarded-For": somewhere()} | {k.replace("_", "-"): v for k, v in headers.items()}
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    sent = asked | upgrade | {"Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg=="}
    query = f"token={token or uuid.uuid4()}&EIO=4&transport=websocket"
    host = urlsplit(app.url)
    lines = [f"GET /_event/?{query} HTTP/1.1", f"Host: {host.netloc}"]
    lines += [f"{name}: {value}" for name, value in sent.items() if value]
    line.sendall("\r\n".join([*lines, "", ""]).encode())
    return b" 101 " in line.recv(4096).split(b"\r\n")[0]


def test_a_socket_needs_an_origin_of_ours_and_a_sound_token(backend: App) -> None:
    assert try_socket(backend)
    assert not try_socket(backend, Origin="")  # from elsewhere: a browser would send one
    assert try_socket(backend, Origin="", X_Forwarded_For="127.0.0.1")
    for foreign in ("http://evil.test", "null", backend.url.replace("http:", "https:"), backend.url + ".evil.test"):
        assert not try_socket(backend, Origin=foreign)
    for token in ("x", "a" * 65, "../../etc", "%00" * 9):
        assert not try_socket(backend, token=token)


def test_sockets_of_one_address_are_counted(backend: App) -> None:
    one, other = somewhere(), somewhere()
    opened = [try_socket(backend, X_Forwarded_For=one) for _ in range(125)]
    assert opened.count(True) == 120 and not any(opened[120:])
    assert try_socket(backend, X_Forwarded_For=other)


def test_sockets_open_at_once_of_one_address_are_counted(backend: App) -> None:
    """They stay open; one that ends makes room for another."""
    here = somewhere()
    with ExitStack() as opened:
        held = [opened.enter_context(line_to(backend)) for _ in range(limits.SOCKETS_AT_ONCE)]
        assert all(shake_hands(backend, line, X_Forwarded_For=here) for line in held)
        assert not try_socket(backend, X_Forwarded_For=here)
        assert try_socket(backend, X_Forwarded_For=somewhere())
        held[0].close()
        until(lambda: try_socket(backend, X_Forwarded_For=here), "a closed one made no room")
