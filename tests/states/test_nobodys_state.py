"""A page state without a person ends a minute after its socket; a person's own stays as long as before."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.manager import memory
from reflex.istate.manager.token import BaseStateToken

from cardmall.adapters import bus
from cardmall.cardmall import app
from cardmall.domain import limits
from cardmall.domain.topics import CLOCK, Topic
from cardmall.doors import nobody
from cardmall.doors.events import Door
from cardmall.doors.nobody import PageStates
from cardmall.states.session import SessionState
from cardmall.views.person import PersonView

T = TypeVar("T")
TOKEN = "a-token-of-a-page"
NAMED = BaseStateToken(ident=TOKEN, cls=rx.State)
ENVIRON = {"QUERY_STRING": f"token={TOKEN}", "asgi.scope": {"client": ("203.0.113.7", 1), "headers": []}}
BARELY = limits.NOBODYS_STATE_SECONDS - 5


class Loop(asyncio.SelectorEventLoop):
    """A loop whose clock can be moved: what sleeps until then wakes."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


class Pages:
    """The app's own door and state manager; one page comes and goes."""

    def __init__(self, loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
        self._loop = loop
        assert isinstance(app.event_namespace, Door)
        self.door = app.event_namespace
        self.manager = PageStates(is_connected=self.door.is_connected)
        monkeypatch.setattr(app, "_state_manager", self.manager)
        clock = SimpleNamespace(time=lambda: time.monotonic() + loop.ahead)
        for module in (memory, nobody):
            monkeypatch.setattr(module, "time", clock)

    async def come(self, sid: str = "one") -> None:
        await self.door.on_connect(sid, ENVIRON)

    async def go(self, sid: str = "one") -> None:
        await self.door.on_disconnect(sid)
        await asyncio.sleep(0)

    async def meet(self, name: str) -> None:
        async with self.manager.modify_state(NAMED) as state:
            found: Any = state.get_substate(SessionState.get_full_name().split("."))
            found.person = PersonView(name=name)

    async def later(self, seconds: float) -> bool:
        """Is its state still there, so much later?"""
        self._loop.ahead += seconds
        for _ in range(5):  # the task that ends states wakes
            await asyncio.sleep(0)
        return NAMED.cache_key in self.manager.states


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Pages], Coroutine[Any, Any, T]]], T]:
    """Runs a story of one page on a clock of its own."""

    def run(story: Callable[[Pages], Coroutine[Any, Any, T]]) -> T:
        with asyncio.Runner(loop_factory=Loop) as runner:
            loop: Any = runner.get_loop()
            pages = Pages(loop, monkeypatch)
            return runner.run(story(pages))

    return run


Told = Callable[[Callable[[Pages], Coroutine[Any, Any, T]]], T]


def test_the_app_keeps_its_states_this_way() -> None:
    assert isinstance(app.state_manager, PageStates)
    assert isinstance(app.event_namespace, Door)
    assert app.state_manager.is_connected == app.event_namespace.is_connected


def test_a_state_of_nobody_ends_a_minute_after_its_socket(told: Told[list[bool]]) -> None:
    async def story(page: Pages) -> list[bool]:
        await page.come()
        await page.go()
        return [await page.later(BARELY), await page.later(6)]

    assert told(story) == [True, False]


def test_a_persons_state_stays_as_long_as_before(told: Told[list[bool]]) -> None:
    async def story(page: Pages) -> list[bool]:
        await page.come()
        await page.meet("周小禾")
        await page.go()
        return [await page.later(2 * limits.NOBODYS_STATE_SECONDS), await page.later(page.manager.token_expiration)]

    assert told(story) == [True, False]


def test_a_page_that_comes_back_in_time_finds_its_state(told: Told[list[bool]]) -> None:
    async def story(page: Pages) -> list[bool]:
        await page.come()
        await page.go()
        await page.later(BARELY)
        await page.come("two")
        stays = await page.later(2 * limits.NOBODYS_STATE_SECONDS)
        await page.go("two")
        return [stays, await page.later(BARELY), await page.later(6)]

    assert told(story) == [True, True, False]


def test_a_page_that_stays_open_keeps_its_state_whoever_looks(told: Told[list[bool]]) -> None:
    async def story(page: Pages) -> list[bool]:
        await page.come()
        return [await page.later(2 * limits.NOBODYS_STATE_SECONDS), await page.later(page.manager.token_expiration)]

    assert told(story) == [True, False], "as long as Reflex keeps one that nothing happens to"


def test_what_is_still_done_for_a_page_that_left_prolongs_nothing(told: Told[list[bool]]) -> None:
    """Its last events may be handled after its socket was closed, the first one, too."""

    async def story(page: Pages) -> list[bool]:
        await page.come()
        await page.go()
        await page.later(BARELY)
        await page.meet("")
        prolonged = await page.later(6)
        await page.meet("")  # a state made anew for nobody
        return [prolonged, await page.later(BARELY), await page.later(6)]

    assert told(story) == [False, True, False]


def test_nobody_listens_for_a_state_that_ended(told: Told[dict[Topic, Any]]) -> None:
    async def story(page: Pages) -> dict[Topic, Any]:
        await page.come()
        async with page.manager.modify_state(NAMED) as state:
            bus.subscribe(state, CLOCK, SessionState.refresh)  # pyright: ignore[reportArgumentType]
        await page.go()
        assert TOKEN in bus._listeners[CLOCK]
        await page.later(limits.NOBODYS_STATE_SECONDS + 1)
        return bus._listeners

    assert TOKEN not in told(story).get(CLOCK, {})
