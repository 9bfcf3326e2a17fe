"""Who may open the event socket, how many of them, and how large one frame may be."""

import re
from collections import Counter
from urllib.parse import parse_qs

from reflex_base.config import get_config
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardmall.adapters import attempts
from cardmall.adapters.attempts import Budget, TooManyTries, client_key
from cardmall.domain import limits
from cardmall.http.body import too_long_address
from cardmall.settings import LOCAL, settings

_TOKEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_sockets: Counter[str] = Counter()  # open ones, by client


def socket_guarded(app: ASGIApp, path: str = "/_event") -> ASGIApp:
    """The same app; a socket is refused for a foreign or missing Origin, an unsound token, or one too many."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await app(scope, receive, send)
        client = client_key((scope.get("client") or ("",))[0])
        if not scope["path"].startswith(path) or not _is_welcome(scope, client):
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        _sockets[client] += 1
        try:
            await app(scope, short_frames(receive), send)
        finally:
            _sockets[client] -= 1
            if not _sockets[client]:
                del _sockets[client]

    return call


def _is_welcome(scope: Scope, client: str) -> bool:
    token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
    if too_long_address(scope) or not _TOKEN.fullmatch(token) or not _knows_origin(scope):
        return False
    if _sockets[client] >= limits.SOCKETS_AT_ONCE:
        return False
    try:
        with attempts.trying(Budget(limits.SOCKETS_A_MINUTE, "socket", client, here=True)):
            return True
    except TooManyTries:
        return False


def _knows_origin(scope: Scope) -> bool:
    """A page of ours. Programs on this very machine send none."""
    origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), "")
    if not origin:
        return (scope.get("client") or ("",))[0] in LOCAL
    known = {*get_config().cors_allowed_origins, settings.public_url} - {"", "*"}
    return origin.lower() in known


def short_frames(receive: Receive) -> Receive:
    async def short() -> Message:
        message = await receive()
        if _is_larger(message.get("text") or message.get("bytes") or "", limits.FRAME_BYTES):
            return {"type": "websocket.disconnect", "code": 1009}
        return message

    return short


def _is_larger(frame: str | bytes, room: int) -> bool:
    """More bytes than `room`; a character is one to four of them, so most frames need no encoding."""
    if len(frame) > room or len(frame) * 4 <= room or isinstance(frame, bytes) or frame.isascii():
        return len(frame) > room
    return len(frame.encode("utf-8", "surrogatepass")) > room
