"""The demo's controls: open to everybody in demo mode, and nothing at all outside it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from cardmall import demo
from cardmall.domain.terms import Refused
from cardmall.domain.topics import JOBS, OUTBOX
from cardmall.seeds.people import PASSWORD, PEOPLE
from cardmall.settings import settings
from cardmall.states.page import Page
from cardmall.states.session import SessionState
from cardmall.states.threads import read
from cardmall.views.public.demo import OutgoingRow, next_deadline, outbox

STEPS = (*demo.STEPS, demo.DEADLINE)


@dataclass(frozen=True)
class DemoAccount:
    """Who may be played; the password stands beside, it is everybody's."""

    key: str
    name: str
    role: str
    identifier: str


class DemoState(Page, rx.State):
    """`busy`: the clock moves or the town is built. `call`: what may be spoiled, `spoiled`: how it was last.

    Accounts and password arrive in demo mode only.
    """

    rows: list[OutgoingRow] = []
    due: datetime | None = None
    accounts: list[DemoAccount] = []
    password: str = ""
    call: str = "refund"
    spoiled: str = ""
    asking: bool = False
    busy: bool = False

    @rx.event
    async def load(self) -> None:
        await self._enter()
        self.rows, self.asking, self.spoiled, self.loaded = [], False, "", False
        if settings.demo:
            self._listen(DemoState.refresh, OUTBOX, JOBS)
            self.accounts, self.password = _accounts(), PASSWORD
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """A message left, or the clock moved."""
        if settings.demo:
            self.rows, self.due = await read(outbox), await read(next_deadline)
        self.loaded = True

    @rx.event
    async def move(self, step: str) -> Any:
        """minutes, day or deadline."""
        if not settings.demo or step not in STEPS:
            return
        self.busy = True
        yield
        result = await _done(demo.move_clock, step)
        self.busy = False
        await self._catch_up()
        yield self._said(result, f"demo.moved.{step}")

    @rx.event
    def choose(self, call: str) -> None:
        """Which call of the channel shall go wrong; what can befall it follows."""
        if settings.demo and isinstance(call, str) and call in demo.FAULTS:
            self.call = call

    @rx.event
    async def spoil(self, kind: str) -> Any:
        """The next call of the chosen kind goes wrong in this way."""
        if not settings.demo or kind not in demo.FAULTS[self.call]:
            return None
        result = await _done(demo.spoil_call, self.call, kind)
        self.spoiled = "" if isinstance(result, Refused) else kind
        return self._said(result, "demo.spoiled")

    @rx.event
    def ask(self) -> None:
        self.asking = settings.demo

    @rx.event
    def dismiss(self) -> None:
        self.asking = False

    @rx.event
    async def rebuild(self) -> Any:
        """The yes of the dialog: the town as on its first day."""
        if not settings.demo:
            return
        self.busy, self.asking = True, False
        yield
        result = await _done(demo.rebuild)
        self.busy = False
        await self._catch_up()
        yield self._said(result, "demo.rebuilt")

    async def _catch_up(self) -> None:
        """The clock of the page and who is signed in, as they are now."""
        await (await self.get_state(SessionState))._meet()
        await self.refresh()


def _accounts() -> list[DemoAccount]:
    return [DemoAccount(key, name, role.value, f"{key}@cardmall.test") for key, name, role, _, _ in PEOPLE]


async def _done(act: Callable[..., None], *args: Any) -> Refused | None:
    try:
        await asyncio.to_thread(act, *args)
    except Refused as refused:
        return refused
    return None
