"""100,000 codes come into stock while 50 shoppers ask for ways out of their orders: how long each part of it takes, and
what an act of a shopper takes before and meanwhile."""

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlmodel import col, select

from cardmall import cookies, routes
from cardmall.adapters import db
from cardmall.adapters.world import an_act
from cardmall.domain.terms import Actor
from cardmall.models import Account, Batch
from cardmall.reads.people import as_actor
from cardmall.services.shop import batches
from cardmall.states.shopper.cancel import CancelState
from tests.bench.crowd import Crowd, settled_crowd, sign_in
from tests.bench.figures import p50, p95, row
from tests.bench.line import Line
from tests.bench.processes import FORM
from tests.bench.sockets import handler
from tests.serving import BUILD, App, serve
from tests.town import AUTO

CODES = 100_000
SHOPPERS, ORDERS = 50, 60  # of each shopper, one for each request
PAUSE = (3.0, 5.0)  # seconds between two requests of a shopper
BEFORE = 30.0  # seconds of shoppers alone
GIVEN_UP = 1800.0
SERVED = {"REFLEX_BACKEND_ONLY": "true", "CARDMALL_TRUSTED_PROXIES": "127.0.0.0/8, ::1"}


@dataclass
class Clicks:
    """Milliseconds of the acts answered, by what happened meanwhile; why others were not."""

    meanwhile: str = "before"
    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def click(self, line: Line, no: str) -> None:
        began = self.meanwhile
        try:
            took = line.ask(handler(CancelState, "submit"), routes.cancel_url(no), form=FORM).took
            self.times.setdefault(began, []).append(took)
        except Exception as trouble:  # a bench counts what goes wrong
            self.errors.append(repr(trouble))


def measure(_commit: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        crowd = settled_crowd(Path(folder), SERVED, SHOPPERS, ORDERS)
        with serve(Path(folder), BUILD, **SERVED) as app, looking_at(app), clicking(app, crowd) as clicks:
            time.sleep(BEFORE)
            took = _import(app, clicks)
    print(row(f"{CODES:,} codes", "seconds"))
    for part, seconds in took.items():
        print(row(part, seconds))
    print(row(f"{SHOPPERS} shoppers", "acts", "p50 ms", "p95 ms"))
    for part, times in clicks.times.items():
        print(row(part, len(times), p50(times), p95(times)))
    print(row("errors", len(clicks.errors)), *clicks.errors[:3], sep="\n  ")


@contextmanager
def looking_at(app: App) -> Iterator[None]:
    """This process stands on the database of the application."""
    engine = db.make_engine(f"sqlite:///{app.data / 'cardmall.db'}")
    db.use(engine)
    yield
    db.use(None)
    engine.dispose()


@contextmanager
def clicking(app: App, crowd: Crowd) -> Iterator[Clicks]:
    """Everybody asks for a way out of one order after the other until the end."""
    clicks = Clicks()
    lines = [(Line(app.url, cookie), numbers) for cookie, numbers in crowd.items()]
    people = [threading.Thread(target=_ask_on, args=(clicks, *one)) for one in lines]
    for one in people:
        one.start()
    try:
        yield clicks
    finally:
        clicks.over.set()
        for one in people:
            one.join()


def _ask_on(clicks: Clicks, line: Line, numbers: list[str]) -> None:
    while numbers and not clicks.over.wait(random.uniform(*PAUSE)):
        clicks.click(line, numbers.pop())
    line.close()


def _import(app: App, clicks: Clicks) -> dict[str, float]:
    """Hand a list in, wait until it is checked, say yes, wait until it is stock; the seconds of each."""
    with db.reading() as session:
        owner = as_actor(session.exec(select(Account).where(col(Account.email) == "bob@cardmall.test")).one())
    took: dict[str, float] = {}

    def part(name: str, act: Callable[[], object]) -> None:
        clicks.meanwhile, began = name, time.perf_counter()
        act()
        took[name] = time.perf_counter() - began

    part("handing in", lambda: _hand_in(app, owner))
    part("checking", lambda: _wait_for("checked"))
    part("stocking", lambda: (_say_yes(owner), _wait_for("stocked")))
    return took


def _hand_in(app: App, owner: Actor) -> None:
    name, _, token = sign_in(owner).partition("=")
    assert name == cookies.SESSION
    text = "".join(f"BENCH-{n:06d}-{n * 7919 % 1_000_003:06d}\n" for n in range(CODES))
    answer = httpx.post(
        app.url + routes.lists_url(AUTO),
        files={"list": ("codes.txt", text.encode(), "text/plain")},
        headers={"origin": app.url},
        cookies={name: token},
        timeout=GIVEN_UP,
    )
    assert answer.status_code == 201, answer.text


def _say_yes(owner: Actor) -> None:
    with db.transaction() as session:
        name = session.exec(select(Batch.name)).one()
        batches.confirm_batch(an_act(session, owner), name)


def _wait_for(status: str) -> None:
    end = time.monotonic() + GIVEN_UP
    while time.monotonic() < end:
        with db.reading() as session:
            if session.exec(select(Batch.status)).one() == status:
                return
        time.sleep(0.1)
    raise AssertionError(f"the list was never {status}")
