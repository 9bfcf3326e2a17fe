"""Live pages: news of one thing that comes in a burst reloads a page a few times, and the last of it is never lost."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from cardmall.adapters import bus
from cardmall.domain.topics import ORDERS, Topic, shop_topic

TAB = "tab"
SHOP = shop_topic(1)


class Browser:
    """What Reflex knows of one page that is connected, and which of its handlers were run."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.event_processor = self
        here = {TAB: SimpleNamespace(instance_id="here", sid="1")}
        manager = SimpleNamespace(token_to_socket=here, instance_id="here")
        self.event_namespace = SimpleNamespace(_token_manager=manager)

    async def enqueue(self, token: str, event: Any) -> None:
        assert token == TAB
        self.ran.append(event.name)


@pytest.fixture(autouse=True)
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bus, "REST_SECONDS", 0.05)
    bus._listeners[SHOP][TAB] = {"stock"}
    bus._listeners[ORDERS][TAB] = {"orders"}
    yield
    bus.forget(TAB)


def told(*bursts: list[Topic], leaves_after: int = 0) -> list[str]:
    """What the page ran when each burst came at once, the next one only after it had rested."""

    async def run() -> list[str]:
        browser: Any = Browser()
        pump = asyncio.create_task(bus.pump(browser))
        await asyncio.sleep(0)
        for number, burst in enumerate(bursts, 1):
            for topic in burst:
                bus._take(frozenset({topic}))
            for _ in range(5):  # the pump hears them all
                await asyncio.sleep(0)
            if number == leaves_after:
                bus.forget(TAB)
            while bus._waiting:
                await asyncio.wait(bus._waiting)
        pump.cancel()
        return browser.ran

    return asyncio.run(run())


def test_one_piece_of_news_reloads_a_page_once() -> None:
    assert told([SHOP]) == ["stock"]
    assert told([SHOP], [SHOP]) == ["stock", "stock"]


def test_a_burst_reloads_it_at_once_and_once_more_at_its_end() -> None:
    assert told([SHOP] * 500) == ["stock", "stock"]
    assert told([SHOP] * 500, [SHOP] * 500) == ["stock"] * 4


def test_another_handler_of_the_page_does_not_wait() -> None:
    assert sorted(told([SHOP, ORDERS])) == ["orders", "stock"]


def test_a_page_that_was_left_meanwhile_runs_nothing_more() -> None:
    assert told([SHOP] * 500, leaves_after=1) == ["stock"]


def test_who_is_done_with_resting_is_forgotten() -> None:
    told([SHOP] * 2)
    assert not bus._resting


def test_a_house_that_starts_anew_remembers_no_rest() -> None:
    bus._resting[TAB]["stock"] = False
    assert told([SHOP]) == ["stock"]
