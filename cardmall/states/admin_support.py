"""Everybody who asked support, the longest waiting first, live; one thread stands open beside the list (R62)."""

from dataclasses import replace

import reflex as rx

from cardmall.domain.terms import Refused
from cardmall.queries.support import ThreadRow, Threads, support_threads
from cardmall.services.support import LIST
from cardmall.states.page import Page

_MOST = 5  # pages a live list reloads


class SupportDeskState(Page, rx.State):
    """`figures` is the list without its rows; `chosen` the order whose thread is open, "" = none."""

    figures: Threads = Threads()
    rows: list[ThreadRow] = []
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
        wanted, self.rows = len(self.rows), []
        await self._read_on("")
        for _ in range(_MOST - 1):
            if not self.figures.next_key or len(self.rows) >= wanted:
                break
            await self._read_on(self.figures.next_key)
        self.loaded = True

    @rx.event
    async def show_more(self) -> None:
        """The next page."""
        if self.figures.next_key:
            await self._read_on(self.figures.next_key)

    async def _read_on(self, key: str) -> None:
        found = await self._look(support_threads, after=key)
        threads = Threads() if isinstance(found, Refused) else found
        self.rows = self.rows + threads.rows if not isinstance(found, Refused) else []
        self.figures = replace(threads, rows=[])
