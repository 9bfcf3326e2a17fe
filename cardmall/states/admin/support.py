"""Everybody who asked support, the longest waiting first, live; one thread stands open beside the list (R62)."""

import reflex as rx

from cardmall.domain.topics import SUPPORT
from cardmall.states.lists import Growing
from cardmall.views.admin.support import Threads, support_threads
from cardmall.views.talk import TalkRow


class SupportDeskState(Growing, rx.State):
    """`figures` is the list without its rows; `chosen` the order whose thread is open, "" = none."""

    figures: Threads = Threads()
    rows: list[TalkRow] = []
    chosen: str = ""

    @rx.event
    async def load(self) -> None:
        """Behind SupportState.load, which has forgotten the topics of the page before by now."""
        self.figures, self.rows, self.loaded = Threads(), self._kept(self.rows), False
        self.chosen = self._asked_for("order")
        self._listen(SupportDeskState.refresh, SUPPORT)
        await self.refresh()

    async def _read_on(self, key: str) -> None:
        self._take(await self._show(Threads(), support_threads, after=key))
