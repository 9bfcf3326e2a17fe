"""The merchant's conversations, newest first, live; one of them stands open beside the list (R55)."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import quick_replies_topic, shop_topic
from cardmall.states.lists import Growing
from cardmall.states.merchant.quick_replies import QuickRepliesState
from cardmall.views.merchant.messages import Talks, shop_conversations
from cardmall.views.talk import TalkRow


class MessagesState(Growing, rx.State):
    """`figures` is the list without its rows; `chosen` the order whose conversation is open, "" = none."""

    figures: Talks = Talks()
    rows: list[TalkRow] = []
    chosen: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.figures, self.rows, self.loaded = Talks(), self._kept(self.rows), False
        self.chosen = ""
        if actor:
            self.chosen = self._asked_for("order")
            self._listen(MessagesState.refresh, shop_topic(actor.shop_id))
            self._listen(QuickRepliesState.refresh, quick_replies_topic(actor.shop_id))  # whose load runs next
        await self.refresh()

    async def _read_on(self, key: str) -> None:
        self._take(await self._show(Talks(), shop_conversations, after=key))
