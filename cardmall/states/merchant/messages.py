"""The merchant's conversations, newest first, live; one of them stands open beside the list (R55)."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.states.lists import read_again, read_more, take
from cardmall.states.page import Page
from cardmall.views.merchant.messages import Talks, shop_conversations
from cardmall.views.talk import TalkRow


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
        await read_again(self)

    @rx.event
    async def show_more(self) -> None:
        """The next older page."""
        await read_more(self)

    async def _read_on(self, key: str) -> None:
        take(self, await self._look(shop_conversations, after=key), Talks())
