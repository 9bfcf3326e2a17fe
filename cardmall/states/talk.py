"""The conversation of shopper and merchant about one order, wherever it stands: order page, desk, case page (R55).

Put `ConversationState.load` behind the page's own on_load, `components.conversation` onto the page. The order is
the one the address names: /orders/<no>, /merchant/messages?order=<no>, or the number of a case.
"""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Reason, Refused
from cardmall.domain.topics import order_topic
from cardmall.services.talk.conversation import read_conversation, write_message
from cardmall.states.page import Page
from cardmall.views.talk import TalkView, conversation_view


class ConversationState(Page, rx.State):
    """`shown`: in sight, so what arrives is read. `warned`: contacts the sender was told of, "" = none.

    `sent` counts messages sent: the box starts empty after each. Typed text lives in the page.
    """

    view: TalkView = TalkView()
    shown: bool = False
    warned: list[str] = []
    text_error: str = ""
    pictures_error: str = ""
    sent: int = 0

    @rx.event
    async def load(self) -> None:
        """The page before this one has forgotten its topics by now."""
        self.view, self.loaded = TalkView(), False
        self._clear()
        # An order's own page has more to show: there it is opened with a press.
        self.shown = not self.router.url.path.startswith(routes.ORDERS) or self._asked_for("talk") != ""
        await self._follow(ConversationState.refresh, lambda: order_topic(self.view.no) if self.view.no else None)

    @rx.event
    async def refresh(self) -> None:
        """Somebody wrote or read, or the order moved; what is in sight is read."""
        await self._reload()
        if self.shown and self.view.unread:
            await self._act(read_conversation, self._arg())
            await self._reload()

    @rx.event
    async def open(self) -> None:
        self.shown = True
        await self.refresh()

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """{text, pictures, sure}: one message; what is wrong stands beside it and the words stay."""
        said = await self._act(write_message, self._arg(), **self._fields(form, "text", "pictures", "sure"))
        self._clear(said)
        self.sent += not isinstance(said, Refused)
        await self.refresh()
        shown_beside = not isinstance(said, Refused) or said.reason in (Reason.contact_found, Reason.invalid)
        return None if shown_beside else self._said(said, "")

    def _clear(self, said: object = None) -> None:
        """Errors beside their fields, contacts found into `warned`."""
        found = self._wrong(said).get("contacts", "")
        self.warned = [code for code in found.split(",") if code]

    async def _reload(self) -> None:
        self.view = await self._show(TalkView(), conversation_view, self._arg())
