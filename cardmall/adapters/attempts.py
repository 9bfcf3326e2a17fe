"""How often somebody may try: moving windows in memory, and in Valkey for all processes together where it is set.

Valkey away: what this process counted itself goes on to bound it.
"""

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from cardmall.adapters.shared_tries import SharedTries, Ticket, Window
from cardmall.domain import limits
from cardmall.settings import settings

_storage = MemoryStorage()
_window = MovingWindowRateLimiter(_storage)
_lock = threading.Lock()
_under_way: Counter[tuple[str, ...]] = Counter()
_shared = SharedTries(settings.redis_url) if settings.redis_url else None


class TooManyTries(Exception):
    """`again_at`: real UTC time at which the next try is heard."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


@dataclass(frozen=True)
class Budget:
    """So many tries (`limit`, as "10/15minutes") of `what` for one `key`: a person, an address, a browser.

    `here`: each process counts for itself: what bounds its own work, asked on the event loop.
    """

    limit: str
    what: str
    key: str
    here: bool = False

    @property
    def item(self) -> RateLimitItem:
        return parse(self.limit)

    @property
    def names(self) -> tuple[str, str]:
        return self.what, self.key

    @property
    def window(self) -> Window:
        return Window(" ".join(self.names), self.item.amount, self.item.get_expiry())


def code_budgets(target: str, client: str, *, known: bool = False) -> tuple[Budget, ...]:
    """Codes sent to one address, asked for from `client`; `known`: by a browser that signed in to its holder's account.

    Who has only named the address is a stranger: an account anybody may open proves nothing.
    """
    if known:
        return (Budget(limits.CODES_A_DAY, "code_known", target),)
    return (
        Budget(limits.STRANGERS_CODES, "code_strange", target),
        Budget(limits.CODES_FROM, "code_from", f"{_network(client)} {target}"),
    )


@dataclass
class Attempted:
    """One try under way; `counts` is false when it was none (the password was right, nothing was sent)."""

    counts: bool = True


@contextmanager
def trying(*budgets: Budget) -> Generator[Attempted]:
    """One try of all budgets together; it counts unless `Trial.counts` says no. Raises TooManyTries.

    Tries under way are counted from their beginning: guesses sent at once are no more than guesses in a row.
    """
    _begin(budgets)
    trial, ticket = Attempted(counts=False), None
    try:
        ticket = _begin_shared(budgets)
        trial.counts = True
        yield trial
    finally:
        _end(budgets, trial.counts)
        if _shared and ticket and not trial.counts:
            _shared.take_back(ticket)


def take(limit: str, what: str, *keys: str) -> None:
    """Count one try for each of the keys. Raises TooManyTries when one has used up its tries; then nothing counts."""
    with trying(*(Budget(limit, what, key) for key in keys)):
        pass


def forget_all() -> None:
    """Start anew (tests, rebuilt demo)."""
    with _lock:
        _storage.reset()
        _under_way.clear()
    if _shared:
        _shared.forget_all()


def client_key(host: str) -> str:
    """One network address: a whole /64 for IPv6, where one subscriber owns them all."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _network(client: str) -> str:
    """The /48 of an IPv6 client: a subscriber may be given that many /64s. An IPv4 address stands for itself."""
    return str(ipaddress.ip_network(client).supernet(new_prefix=48)) if client.endswith("/64") else client


def _begin(budgets: tuple[Budget, ...]) -> None:
    with _lock:
        closed = [one for one in budgets if not _window.test(one.item, *one.names, cost=1 + _under_way[one.names])]
        if closed:
            raise TooManyTries(max(_again_at(one) for one in closed))
        _under_way.update(one.names for one in budgets)


def _begin_shared(budgets: tuple[Budget, ...]) -> Ticket | None:
    """The same for all processes; None: nothing is shared."""
    windows = [one.window for one in budgets if not one.here]
    if _shared is None or not windows:
        return None
    told = _shared.begin(windows)
    if isinstance(told, Ticket):
        return told
    raise TooManyTries(datetime.fromtimestamp(max(told, time.time()), UTC))


def _end(budgets: tuple[Budget, ...], counts: bool) -> None:
    with _lock:
        for one in budgets:
            _under_way[one.names] -= 1
            if _under_way[one.names] <= 0:
                del _under_way[one.names]
            if counts:
                _window.hit(one.item, *one.names)


def _again_at(budget: Budget) -> datetime:
    reset = _window.get_window_stats(budget.item, *budget.names).reset_time
    return datetime.fromtimestamp(max(reset, time.time()), UTC)
