"""The conversation of shopper and merchant about one order, wherever it stands: order page, desk, case page (R55).

Put `ConversationState.load` behind the page's own on_load, `components.conversation` onto the page. The order is
the one the address names: /orders/<no>, /merchant/messages?order=<no>, or the number of a case.
"""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Reason, Refused
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
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """The page before this one has forgotten its topics by now."""
        self.view, self.loaded = TalkView(), False
        self._clear()
        # An order's own page has more to show: there it is opened with a press.
        self.shown = not self.router.url.path.startswith(routes.ORDERS) or self._asks("talk") != ""
        await self._follow(ConversationState.refresh, lambda: f"order:{self.view.no}" if self.view.no else "")

    @rx.event
    async def refresh(self) -> None:
        """Somebody wrote or read, or the order moved; what is in sight is read."""
        await self._reload()
        if self.shown and self.view.unread:
            await self._act(read_conversation, self._no())
            await self._reload()

    @rx.event
    async def open(self) -> None:
        self.shown = True
        await self.refresh()

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """{text, pictures, sure}: one message; what is wrong stands beside it and the words stay."""
        typed = {k: v for k, v in form.items() if isinstance(v, str)} if isinstance(form, dict) else {}
        told = {name: typed.get(name, "") for name in ("text", "pictures", "sure")}
        said = await self._act(write_message, self._no(), **told)
        self._clear(said.fields if isinstance(said, Refused) else {})
        self.sent += not isinstance(said, Refused)
        await self.refresh()
        shown_beside = not isinstance(said, Refused) or said.reason in (Reason.contact_found, Reason.invalid)
        return None if shown_beside else self._said(said, "")

    def _clear(self, wrong: dict[str, str] | None = None) -> None:
        told = wrong or {}
        self.text_error, self.pictures_error = told.get("text", ""), told.get("pictures", "")
        self.warned = [code for code in told.get("contacts", "").split(",") if code]

    async def _reload(self) -> None:
        found = await self._look(conversation_view, self._no(), calendar=work_calendar())
        self.view = TalkView() if isinstance(found, Refused) else found
        self.loaded = True

    def _no(self) -> str:
        """The order or case the address names: client input, as it came."""
        path = self.router.url.path.rstrip("/")
        return self._asks("order") if path == routes.MERCHANT_MESSAGES else path.rpartition("/")[2][:64]

    def _asks(self, name: str) -> str:
        return str(self.router.url.query_parameters.get(name, ""))[:64]
