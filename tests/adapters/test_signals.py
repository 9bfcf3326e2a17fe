"""What one process publishes is heard in the others, also after the server between them was killed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

import cardmall.worker  # noqa: F401 - takes up clock and jobs
from cardmall.adapters import bus, clock, signals, workdays
from cardmall.adapters.signals.transport import MESSAGE_BYTES, fewer, signals_of, topics_told
from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Role
from cardmall.domain.topics import EVERYTHING, HEARD_AGAIN, ORDERS, Topic, order_topic
from cardmall.models import Account, CalendarDay
from tests.neighbour import Neighbour
from tests.patience import PATIENCE, until
from tests.servers import Postgres, Server, Valkey, running


@pytest.fixture(params=[Valkey, Postgres])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with running(request.param) as found:
        yield found


@pytest.fixture
def neighbours(server: Server, tmp_path: Path) -> Iterator[list[Neighbour]]:
    """Two processes that hear each other."""
    found = [Neighbour(tmp_path / name, server.environment) for name in ("one", "two")]
    for each in found:
        each.hears(EVERYTHING)
    yield found
    for each in found:
        each.kill()


def each_hears(neighbours: Sequence[Neighbour], topic: str) -> None:
    for each in neighbours:
        each.hears(topic)


def test_what_one_process_publishes_is_heard_in_both_once(neighbours: list[Neighbour]) -> None:
    one, two = neighbours
    one.publish("order:1")
    each_hears(neighbours, "order:1")
    two.publish("order:2")
    each_hears(neighbours, "order:2")
    assert [sum("order:1" in heard for heard in each.heard) for each in neighbours] == [1, 1]


def test_both_are_told_everything_once_the_killed_server_is_back(server: Server, neighbours: list[Neighbour]) -> None:
    one, two = neighbours
    server.kill()
    for number in range(3):
        one.publish(f"order:{number}")
    if isinstance(server, Valkey):  # an act goes on without it
        one.hears("order:2")
        assert not any("order:2" in heard for heard in two.heard)
    server.start()
    for each in neighbours:
        each.hears(EVERYTHING, times=2)
    two.publish("order:3")
    each_hears(neighbours, "order:3")
    assert one.log().count("cannot be heard") == 1, one.log()


@pytest.mark.parametrize("kind", [Valkey])
def test_a_process_that_ends_sends_its_last_words(kind: type[Server], tmp_path: Path) -> None:
    with running(kind) as server:
        one, two = (Neighbour(tmp_path / name, server.environment) for name in ("one", "two"))
        two.hears(EVERYTHING)
        one.publish("order:last")
        assert one.end() == 0
        two.hears("order:last")
        for each in (one, two):
            each.kill()


def some(number: int, length: int = 20) -> frozenset[Topic]:
    return frozenset(order_topic(str(n).zfill(length)) for n in range(number))


@pytest.mark.parametrize("length", [20, 400])
def test_fifty_topics_are_named_in_messages_that_fit(length: int) -> None:
    topics = some(50, length)
    messages = signals_of("here", fewer(topics))
    assert all(len(message.encode()) <= MESSAGE_BYTES for message in messages)
    assert frozenset().union(*(topics_told(message, "there") for message in messages)) == topics
    assert not any(topics_told(message, "here") for message in messages), "nobody hears their own"


@pytest.mark.parametrize("topics", [some(51), some(1, MESSAGE_BYTES), frozenset({ORDERS, EVERYTHING})])
def test_what_is_too_much_is_told_as_everything(topics: frozenset[Topic]) -> None:
    assert EVERYTHING in frozenset().union(*(topics_told(one, "there") for one in signals_of("here", fewer(topics))))


@pytest.mark.parametrize("message", ["", "null", "[]", "{", '["x", 1]', "[[", '"x"'])
def test_a_message_that_cannot_be_read_tells_everything(message: str) -> None:
    assert topics_told(message, "here") <= {EVERYTHING}


def test_everything_is_about_each_topic() -> None:
    since = signals.mark()
    signals.publish({EVERYTHING})
    assert signals.moved(since, ORDERS)
    assert signals.is_about({EVERYTHING}, ORDERS) and not signals.is_about({ORDERS}, order_topic("1"))


def test_a_page_runs_each_handler_once_when_everything_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bus, "_listeners", {ORDERS: {"tab": {"orders"}}, order_topic("1"): {"tab": {"orders", "order"}}}
    )
    assert bus._wanted(frozenset({EVERYTHING})) == {"tab": {"orders", "order"}}
    assert bus._wanted(frozenset({ORDERS})) == {"tab": {"orders"}}


class Talk:
    """A transport that hears what `say` yields, once it is connected."""

    def __init__(self, say: Callable[[], Iterator[str]]) -> None:
        self._say = say

    def send(self, messages: Sequence[str]) -> None: ...

    def listen(self) -> Iterator[str | None]:
        yield None
        yield from self._say()


def test_calendar_and_clock_follow_what_another_process_set(database: sa.Engine) -> None:
    day = date(2026, 3, 11)

    def say() -> Iterator[str]:
        """What another process does: it writes, then it tells."""
        with Session(database) as session:
            carol = Account(name="Carol", role=Role.admin, password_hash="", created_at=clock.now())
            session.add(carol)
            session.flush()
            session.add(CalendarDay(day=day, works=False, at=clock.now(), actor_id=carol.id or 0))
            clock.advance(session, timedelta(days=3))
            session.commit()
        yield '["there", "calendar", "clock"]'
        hold.wait(PATIENCE)

    hold = threading.Event()
    assert work_calendar().is_workday(day) and not clock.offset()
    try:
        with signals.connected(Talk(say)):
            until(lambda: not work_calendar().is_workday(day), "the calendar did not follow")
            until(lambda: clock.offset() == timedelta(days=3), "the clock did not follow")
            hold.set()
    finally:
        workdays._in_force = None


def test_a_reader_of_news_that_fails_is_called_again_with_everything(database: sa.Engine) -> None:
    told: list[frozenset[Topic]] = []

    def read(topics: frozenset[Topic]) -> None:
        told.append(topics)
        if len(told) == 2:
            raise OSError("the database is away")

    signals.on_news(read)
    try:
        with signals.connected(Talk(lambda: iter(['["there", "order:1"]']))):
            until(lambda: len(told) > 2)
    finally:
        signals._newsreaders.remove(read)
    assert told[:3] == [{EVERYTHING}, {order_topic("1")}, {EVERYTHING, HEARD_AGAIN}]
