"""One, two and four processes that serve on PostgreSQL and Valkey, on the same database: the same load in turns.

The load is made on the same machine: with fewer cores than processes and load need, more processes cannot be faster.
"""

import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cardmall import routes
from cardmall.states.shopper.cancel import CancelState
from tests.bench.crowd import Crowd, settled_crowd
from tests.bench.figures import p50, p99, row
from tests.bench.line import Answer, Line
from tests.bench.sockets import SERVED, events_of, handler
from tests.servers import Postgres, Valkey, running
from tests.serving import BUILD, App, free_port, serve

COUNTS = (1, 2, 4)
LINES, TURNS, TURN = 8, 3, 5.0  # sockets that ask without a pause; how often each house is asked, for how many seconds
SHOPPERS, CLICKING = 50, 30.0  # seconds
PAUSE = (0.5, 1.5)  # seconds between two clicks of a shopper
ORDERS = 36  # of each shopper: one for each request
POOL = "5"  # connections a process keeps: all houses share one server
SHOWN = 600  # characters of an answer that should have been another
FORM = {"reason": "changed_mind", "text": "", "pictures": "", "conversation": False}


@dataclass
class Heard:
    """Milliseconds of the events answered; why others were not."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def note(self, ask: Callable[[], Answer]) -> None:
        try:
            self.times.append(ask().took)
        except Exception as trouble:  # a bench counts what goes wrong
            self.errors.append(repr(trouble))


def measure(_commit: str) -> None:
    with tempfile.TemporaryDirectory() as folder, running(Postgres) as server, ExitStack() as houses:
        told = {**server.environment, **SERVED, "CARDMALL_DATABASE_POOL": POOL}
        crowd = settled_crowd(Path(folder), told, SHOPPERS, ORDERS)
        apps = {count: houses.enter_context(_house(Path(folder) / str(count), told, count)) for count in COUNTS}
        _ask_in_turns(apps, crowd)
        _click(apps, crowd)


@contextmanager
def _house(data: Path, told: dict[str, str], count: int) -> Iterator[App]:
    port = str(free_port())
    data.mkdir()
    with running(Valkey) as valkey:
        more = {"PORT": port, "CARDMALL_PUBLIC_URL": f"http://localhost:{port}", "GRANIAN_WORKERS": str(count)}
        with serve(data, BUILD, **told | valkey.environment | more) as app:
            yield app


def _ask_in_turns(apps: dict[int, App], crowd: Crowd) -> None:
    heard = {count: Heard() for count in apps}
    for _, (count, app) in itertools.product(range(TURNS), apps.items()):
        _all_at_once(app, list(crowd.items())[:LINES], partial(_ask_on, heard[count]))
    print(row(f"{LINES} lines", "events/s", "p50 ms", "p99 ms", "x 1 process", "errors"))
    one = len(heard[1].times)
    for count, found in heard.items():
        _say(count, found, len(found.times) / (TURNS * TURN), len(found.times) / one)


def _click(apps: dict[int, App], crowd: Crowd) -> None:
    print(row(f"{SHOPPERS} shoppers", "events/s", "p50 ms", "p99 ms", "requests", "errors"))
    for count, app in apps.items():
        found, before = Heard(), sum(map(len, crowd.values()))
        _all_at_once(app, list(crowd.items()), partial(_shop, found))
        _say(count, found, len(found.times) / CLICKING, before - sum(map(len, crowd.values())))


def _say(count: int, found: Heard, rate: float, last: object) -> None:
    """A row of the table, and below it why the first clicks failed."""
    print(row(f"{count} processes", rate, p50(found.times), p99(found.times), last, len(found.errors)))
    for why in found.errors[:3]:
        print("  ", why)


def _all_at_once(app: App, people: Sequence[tuple[str, list[str]]], deed: Callable[[Line, list[str]], None]) -> None:
    """Each on a line of their own; the lines are there before anybody begins."""
    with ThreadPoolExecutor(len(people)) as pool:
        lines = list(pool.map(lambda one: Line(app.url, one[0]), people))
        list(pool.map(deed, lines, [numbers for _, numbers in people]))
        for line in lines:
            line.close()


def _ask_on(heard: Heard, line: Line, numbers: list[str]) -> None:
    """List, order and form, without a pause."""
    events = events_of(numbers[0])
    end = time.monotonic() + TURN
    for name in itertools.cycle(("orders list", "order", "cancel form")):
        if time.monotonic() > end:
            return
        heard.note(lambda event=events[name]: line.ask(*event))


def _shop(heard: Heard, line: Line, numbers: list[str]) -> None:
    """List, order, form, the request, and back at the order, which has a case then."""
    end = time.monotonic() + CLICKING
    while time.monotonic() < end:
        for click in _clicks(line, numbers.pop()):
            time.sleep(random.uniform(*PAUSE))
            heard.note(click)


def _clicks(line: Line, no: str) -> tuple[Callable[[], Answer], ...]:
    events, form = events_of(no), routes.cancel_url(no)
    return (
        lambda: line.ask(*events["orders list"]),
        lambda: line.ask(*events["order"]),
        lambda: line.ask(*events["cancel form"]),
        lambda: line.ask(handler(CancelState, "submit"), form, form=FORM),
        lambda: _with_case(line.ask(*events["order"])),
    )


def _with_case(answer: Answer) -> Answer:
    """Raises AssertionError, with what the page shows, where the order has none."""
    assert answer.state("order_state")["view"]["cases"], answer.text[:SHOWN]
    return answer
