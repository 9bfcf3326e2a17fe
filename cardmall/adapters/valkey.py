"""Valkey, or Redis, as all of the house but Reflex speaks to it: for a second at most."""

import time
from functools import cache
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from cardmall.settings import WrongSetting, settings

SOCKET_SECONDS = 1.0  # a server that takes longer counts as away
HEALTH_SECONDS = 5
START_SECONDS = 30.0  # a process that starts waits for Valkey so long
BETWEEN_SECONDS = 0.5


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


@cache
def _client() -> Any:
    return short_client(settings.redis_url)


def ping() -> None:
    """Does nothing when Valkey answers or none is set. Raises RedisError or OSError within seconds."""
    if settings.redis_url:
        _client().ping()


def wait_for_valkey(url: str = settings.redis_url, seconds: float = START_SECONDS) -> None:
    """Return once Valkey answers. Raises WrongSetting, which ends the start, when it does not for so many seconds."""
    if not url:
        return
    end = time.monotonic() + seconds
    with short_client(url) as client:
        while trouble := _trouble(client):
            if time.monotonic() > end:
                raise WrongSetting("CARDMALL_REDIS_URL", f"Valkey did not answer for {seconds:g} s: {trouble}")
            time.sleep(BETWEEN_SECONDS)


def _trouble(client: Any) -> Exception | None:
    try:
        client.ping()
    except (RedisError, OSError) as trouble:
        return trouble
    return None
