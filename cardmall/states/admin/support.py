"""Everybody who asked support, the longest waiting first, live; one thread stands open beside the list (R62)."""

import reflex as rx

from cardmall.services.talk.support import LIST
from cardmall.states.lists import read_again, read_more, take
from cardmall.states.page import Page
from cardmall.views.admin.support import Threads, support_threads
from cardmall.views.talk import TalkRow


class SupportDeskState(Page, rx.State):
    """`figures` is the list without its rows; `chosen` the order whose thread is open, "" = none."""

    figures: Threads = Threads()
    rows: list[TalkRow] = []
    chosen: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Behind SupportState.load, which has forgotten the topics of the page before by now."""
        self.figures, self.rows, self.loaded = Threads(), [], False
        self.chosen = str(self.router.url.query_parameters.get("order", ""))[:64]
        self._listen(SupportDeskState.refresh, LIST)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Somebody wrote or read: as many rows as before, from the top."""
        await read_again(self)

    @rx.event
    async def show_more(self) -> None:
        """The next page."""
        await read_more(self)

    async def _read_on(self, key: str) -> None:
        take(self, await self._look(support_threads, after=key), Threads())
