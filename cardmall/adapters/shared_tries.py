"""Tries counted for all processes together: moving windows in Valkey, one sorted set of times for each key."""

import hashlib
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis import RedisError

from cardmall.adapters.valkey import short_client

log = logging.getLogger(__name__)
AWAY_SECONDS = 5.0  # after a failure Valkey is not asked for so long
PREFIX = "cardmall:tries:"
# All keys or none: returns when the last full one opens (seconds since 1970), or "" once the try is counted.
BEGIN = """
local told = redis.call('TIME')
local now, again = told[1] + told[2] / 1000000, 0
for i, key in ipairs(KEYS) do
  local amount, seconds = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - seconds)
  if redis.call('ZCARD', key) >= amount then
    again = math.max(again, redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] + seconds)
  end
end
if again > 0 then return tostring(again) end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[1])
  redis.call('EXPIRE', key, ARGV[2 * i + 1])
end
return ''
"""


@dataclass(frozen=True)
class Window:
    """`amount` tries in `seconds` for whatever `name` tells apart."""

    name: str
    amount: int
    seconds: int

    @property
    def key(self) -> str:
        """Names hold addresses of people: Valkey is told a digest."""
        return PREFIX + hashlib.sha256(f"{self.amount}/{self.seconds} {self.name}".encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Ticket:
    """One try counted in these windows."""

    windows: Sequence[Window] = ()
    number: str = ""


class SharedTries:
    """Asks Valkey at `url`. While it is away every try is heard: the caller counts for its own process besides."""

    def __init__(self, url: str) -> None:
        self._client = short_client(url)
        self._begin = self._client.register_script(BEGIN)
        self._away_until = 0.0

    def begin(self, windows: Sequence[Window]) -> Ticket | float:
        """Count a try in each window from now on; a number: one is full until then, and nothing is counted."""
        ticket = Ticket(windows, secrets.token_hex(8))
        told = [part for one in windows for part in (one.amount, one.seconds)]
        full = self._ask(lambda: self._begin([one.key for one in windows], [ticket.number, *told]))
        return float(full) if full else ticket

    def take_back(self, ticket: Ticket) -> None:
        """It was no try."""
        for one in ticket.windows:
            self._ask(lambda key=one.key: self._client.zrem(key, ticket.number))

    def forget_all(self) -> None:
        """Start anew (tests, the demo's clock)."""
        self._ask(lambda: [self._client.delete(key) for key in self._client.scan_iter(f"{PREFIX}*")])

    def _ask(self, command: Any) -> Any:
        """The answer; None while Valkey is away, which is logged once each AWAY_SECONDS."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return command()
        except (RedisError, OSError) as trouble:
            self._away_until = time.monotonic() + AWAY_SECONDS
            log.warning("tries are counted per process for now: %s", trouble)
            return None
