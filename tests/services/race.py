"""Two or more people at once: threads that start together, and what each of them was told."""

import itertools
import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from cardmall.domain.terms import Refused
from tests.ground import IN_FORCE, POSTGRES

_turns = itertools.count()
_LEAD = 15  # times the jitter
# On PostgreSQL each statement is a way to the server and back: a small head start would decide nothing.
_STRETCH = 8 if IN_FORCE == POSTGRES else 1


def rounds(usual: int) -> int:
    """How often a race is run: `usual`, or TEST_ROUNDS, which is at least 20: fewer say nothing of who wins."""
    return max(20, int(os.environ["TEST_ROUNDS"])) if "TEST_ROUNDS" in os.environ else usual


def race(*runners: Callable[[], Any], jitter: float = 0.0) -> list[Any]:
    """Run all at once, each after up to `jitter` seconds; what each returned, a Refused being an answer too.

    Every fourth of the races with a jitter gives one runner, each in its turn, a clear lead: on a busy machine the
    same one would be first for ever.
    """
    start = threading.Barrier(len(runners))
    results: list[Any] = [None] * len(runners)
    delays = [random.uniform(0, jitter * _STRETCH) for _ in runners]
    if jitter and (turn := next(_turns)) % 4 == 0:
        leads = turn // 4 % len(runners)
        delays = [0.0 if place == leads else _LEAD * jitter for place in range(len(runners))]

    def run(place: int) -> None:
        start.wait(30)
        time.sleep(delays[place])
        try:
            results[place] = runners[place]()
        except Refused as refused:
            results[place] = refused
        except BaseException as trouble:
            results[place] = trouble

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "a race did not end"
    return [_raised(result) for result in results]


def _raised(result: Any) -> Any:
    if isinstance(result, BaseException) and not isinstance(result, Refused):
        raise result
    return result


def refusals(results: Sequence[Any]) -> list[str]:
    """The reasons of those who were refused."""
    return [result.reason.value for result in results if isinstance(result, Refused)]
