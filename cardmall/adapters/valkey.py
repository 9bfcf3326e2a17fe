"""Valkey, or Redis, as all of the house but Reflex speaks to it: for a second at most."""

from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

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
