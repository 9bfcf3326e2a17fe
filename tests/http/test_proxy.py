"""Who asks, told by a proxy: from the right, from trusted peers only."""

import ipaddress

import pytest
from starlette.types import Scope

from cardmall.adapters.attempts import client_key
from cardmall.http.proxy import as_sent

TRUSTED = tuple(ipaddress.ip_network(text) for text in ("10.0.0.0/8", "::1", "127.0.0.0/8"))


def seen(peer: str, *headers: tuple[str, str], kind: str = "http") -> Scope:
    raw = [(name.encode(), value.encode()) for name, value in (("host", "inside:3000"), *headers)]
    scheme = "http" if kind == "http" else "ws"
    return as_sent({"type": kind, "client": (peer, 1), "scheme": scheme, "headers": raw}, TRUSTED)


def told(scope: Scope) -> tuple[str, str, str]:
    return scope["client"][0], scope["scheme"], dict(scope["headers"])[b"host"].decode()


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("10.1.1.1", "203.0.113.9", "203.0.113.9"),
        ("10.1.1.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # what the client itself wrote stands left
        ("10.1.1.1", "203.0.113.9, 10.2.2.2", "203.0.113.9"),  # two proxies of ours
        ("10.1.1.1", "10.3.3.3, 10.2.2.2", "10.3.3.3"),
        ("10.1.1.1", "203.0.113.9, nonsense", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9, nonsense, 10.2.2.2", "10.2.2.2"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9:5511", "203.0.113.9"),
        ("10.1.1.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:10.1.1.1", "203.0.113.9", "203.0.113.9"),
        ("::1", "2001:db8:1:2:3::7", "2001:db8:1:2:3::7"),
        ("203.0.113.50", "1.1.1.1", "203.0.113.50"),  # nobody we trust
        ("nonsense", "1.1.1.1", "nonsense"),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_proxy_of_ours(peer: str, said: str, client: str) -> None:
    assert told(seen(peer, ("x-forwarded-for", said)))[0] == client


def test_two_headers_are_one_list() -> None:
    scope = seen("10.1.1.1", ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.9, 10.2.2.2"))
    assert told(scope)[0] == "203.0.113.9"


def test_scheme_and_host_come_from_the_proxy_and_forwarded_is_never_read() -> None:
    headers = (
        ("x-forwarded-proto", "http, https"),
        ("x-forwarded-host", "evil.test, mall.example"),
        ("forwarded", "for=1.1.1.1;proto=http;host=evil.test"),
    )
    assert told(seen("10.1.1.1", *headers)) == ("10.1.1.1", "https", "mall.example")
    assert told(seen("10.1.1.1", *headers, kind="websocket"))[1] == "wss"
    assert told(seen("203.0.113.50", *headers)) == ("203.0.113.50", "http", "inside:3000")
    assert told(seen("10.1.1.1", ("x-forwarded-host", "a b/\\"), ("x-forwarded-proto", "javascript")))[1:] == (
        "http",
        "inside:3000",
    )


@pytest.mark.parametrize("peer", ["10.1.1.1", "203.0.113.50"])
def test_nobody_behind_sees_a_forwarding_header(peer: str) -> None:
    scope = seen(peer, ("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=1.1.1.1"), ("x-forwarded-port", "1"))
    assert [name for name, _ in scope["headers"]] == [b"host"]


def test_a_subscriber_of_ipv6_is_one_client() -> None:
    first, second = (told(seen("::1", ("x-forwarded-for", f"2001:db8:1:2::{n}")))[0] for n in (1, 2))
    assert first != second and client_key(first) == client_key(second)
