"""Signals over the pub/sub of Valkey, or Redis."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cardmall.adapters.signals.transport import LISTEN_SECONDS

SOCKET_SECONDS = 1.0  # a server that takes longer counts as away
HEALTH_SECONDS = 5


def short_client(url: str) -> Any:
    """A client that connects at its first command and gives up after SOCKET_SECONDS, without a second try."""
    return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - redis says half its types
        url,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        health_check_interval=HEALTH_SECONDS,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


class OverValkey:
    """`url`: that of CARDMALL_REDIS_URL. Its number of a database is part of the channel, which all of them share."""

    def __init__(self, url: str) -> None:
        self._client = short_client(url)
        self._url = url
        self._channel = f"cardmall:topics:{self._client.get_connection_kwargs().get('db') or 0}"

    def send(self, messages: Sequence[str]) -> None:
        for message in messages:
            self._client.publish(self._channel, message)

    def listen(self) -> Iterator[str | None]:
        client = short_client(self._url)
        with client, client.pubsub() as hearing:
            hearing.subscribe(self._channel)
            while True:
                told = cast(dict[str, Any] | None, hearing.get_message(timeout=LISTEN_SECONDS))
                if told is None or told["type"] in ("subscribe", "message"):
                    yield told["data"] if told and told["type"] == "message" else None
