"""How often somebody may try: moving windows in memory, per process."""

import ipaddress
import time
from datetime import UTC, datetime

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_storage = MemoryStorage()
_window = MovingWindowRateLimiter(_storage)


class TooManyTries(Exception):
    """`again_at`: real UTC time at which the next try is heard."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


def check(limit: str, what: str, *keys: str) -> None:
    """Refuse when any of the keys has used up its tries. Raises TooManyTries. Counts nothing."""
    item = parse(limit)
    closed = [key for key in keys if not _window.test(item, what, key)]
    if closed:
        raise TooManyTries(max(_again_at(item, what, key) for key in closed))


def count(limit: str, what: str, *keys: str) -> None:
    """One try more for each key."""
    for key in keys:
        _window.hit(parse(limit), what, key)


def take(limit: str, what: str, *keys: str) -> None:
    """check() and count() in one."""
    check(limit, what, *keys)
    count(limit, what, *keys)


def forgive(limit: str, what: str, key: str) -> None:
    """Somebody proved who they are: their earlier slips are forgotten."""
    _window.clear(parse(limit), what, key)


def forget_all() -> None:
    """Start anew (tests, rebuilt demo)."""
    _storage.reset()


def client_key(host: str) -> str:
    """One network address: a whole /64 for IPv6, where one subscriber owns them all."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _again_at(item: RateLimitItem, what: str, key: str) -> datetime:
    reset = _window.get_window_stats(item, what, key).reset_time
    return datetime.fromtimestamp(max(reset, time.time()), UTC)
