"""Who asks, over what and for which host, when a proxy of ours stands in front: told once, before anything else looks.

`X-Forwarded-For`, `-Proto` and `-Host` are read from the right and believed from trusted peers only; `Forwarded`
never is.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from cardmall.settings import Network

_FORWARDED = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"forwarded")
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")

PeerAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Headers = list[tuple[bytes, bytes]]


def behind_proxies(app: ASGIApp, trusted: Sequence[Network]) -> ASGIApp:
    """The same app, told the true client, scheme and host of each request and socket."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        await app(as_sent(scope, trusted) if scope["type"] in ("http", "websocket") else scope, receive, send)

    return call


def as_sent(scope: Scope, trusted: Sequence[Network]) -> Scope:
    """The scope as the first trusted proxy received it; from an untrusted peer only the forwarding headers are lost."""
    headers: Headers = list(scope["headers"])
    kept = [pair for pair in headers if pair[0].lower() not in _FORWARDED]
    peer = read_peer((scope.get("client") or ("", 0))[0])
    if peer is None or not _is_trusted(peer, trusted):
        return {**scope, "headers": kept}
    told: dict[str, object] = {"client": (str(_client(peer, _list(headers, b"x-forwarded-for"), trusted)), 0)}
    scheme = _SCHEMES.get(_last(headers, b"x-forwarded-proto").lower())
    if scheme:
        told["scheme"] = scheme if scope["type"] == "http" else {"http": "ws", "https": "wss"}[scheme]
    host = _last(headers, b"x-forwarded-host")
    if _HOST.fullmatch(host):
        kept = [pair for pair in kept if pair[0].lower() != b"host"] + [(b"host", host.encode())]
    return {**scope, **told, "headers": kept}


def read_peer(text: str) -> PeerAddress | None:
    """An address, with or without brackets and port; IPv4 inside IPv6 is IPv4. None when it is none."""
    text = text.strip()
    found = re.fullmatch(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+", text)
    try:
        address = ipaddress.ip_address((found[1] or found[2]) if found else text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _client(peer: PeerAddress, told: Sequence[str], trusted: Sequence[Network]) -> PeerAddress:
    """The first address from the right that is no proxy of ours; an unreadable one ends the search."""
    found = peer
    for text in reversed(told):
        address = read_peer(text)
        if address is None:
            return found
        found = address
        if not _is_trusted(address, trusted):
            return found
    return found


def _is_trusted(address: PeerAddress, trusted: Iterable[Network]) -> bool:
    return any(address in network for network in trusted)


def _list(headers: Headers, name: bytes) -> list[str]:
    values = [value.decode("latin-1") for key, value in headers if key.lower() == name]
    return [part.strip() for part in ",".join(values).split(",")] if values else []


def _last(headers: Headers, name: bytes) -> str:
    return (_list(headers, name) or [""])[-1]
