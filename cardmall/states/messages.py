"""The merchant's conversations, newest first, live; one of them stands open beside the list (R55)."""

from dataclasses import replace

import reflex as rx

from cardmall.domain.terms import Refused, Role
from cardmall.queries.conversation import TalkRow, Talks, shop_conversations
from cardmall.states.page import Page

_MOST = 5  # pages a live list reloads


class MessagesState(Page, rx.State):
    """`figures` is the list without its rows; `chosen` the order whose conversation is open, "" = none."""

    figures: Talks = Talks()
    rows: list[TalkRow] = []
    chosen: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.figures, self.rows, self.loaded = Talks(), [], False
        self.chosen = ""
        if actor:
            self.chosen = str(self.router.url.query_parameters.get("order", ""))[:64]
            self._listen(MessagesState.refresh, f"shop:{actor.shop_id}")
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
        """The next older page."""
        if self.figures.next_key:
            await self._read_on(self.figures.next_key)

    async def _read_on(self, key: str) -> None:
        found = await self._look(shop_conversations, after=key)
        talks = Talks() if isinstance(found, Refused) else found
        self.rows = self.rows + talks.rows if not isinstance(found, Refused) else []
        self.figures = replace(talks, rows=[])
