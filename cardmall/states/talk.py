"""The conversation of shopper and merchant about one order, wherever it stands: order page, desk, case page (R55).

Its page is `Talking`: one look shows both, `components.conversation` draws it. A page without an order of its own
puts `ConversationState.load` behind its own on_load. The order is the one the address names: /orders/<no>,
/merchant/messages?order=<no>, or the number of a case.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Reason, Refused
from cardmall.domain.topics import order_topic
from cardmall.reads.look import Look
from cardmall.services.talk.conversation import read_conversation, write_message
from cardmall.states.page import Page
from cardmall.views.talk import TalkView, conversation_view

T = TypeVar("T")


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
        self._anew()
        await self._follow(ConversationState.refresh, lambda: order_topic(self.view.no) if self.view.no else None)

    def _anew(self) -> None:
        """The order of another page: nothing is known of it yet."""
        self.view, self.loaded = TalkView(), False
        self._clear()
        # An order's own page has more to show: there it is opened with a press.
        own = self.router.url.path.startswith((routes.ORDERS, routes.MERCHANT_ORDERS, routes.ADMIN_ORDERS))
        self.shown = not own or self._asked_for("talk") != ""

    @rx.event
    async def refresh(self) -> None:
        """Somebody wrote or read, or the order moved; what is in sight is read."""
        await self._reload()
        await self._read()

    async def _take(self, view: TalkView) -> None:
        """Show what the page around it has read."""
        self.view, self.loaded = view, True
        await self._read()

    async def _read(self) -> None:
        """What is in sight is read."""
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


class Talking(Page, mixin=True):
    """A page with the conversation about its order on it: both are one look, and follow together."""

    async def _begin_talk(self) -> None:
        """In a load, before the page is shown."""
        (await self.get_state(ConversationState))._anew()

    async def _show_talking(self, nothing: T, view: Callable[..., T]) -> T:
        """Return what `view` shows of the page, like `_show`; the conversation shows the rest of the same look."""
        found, talk = await self._show((nothing, TalkView()), _with_talk, view, self._arg())
        await (await self.get_state(ConversationState))._take(talk)
        return found


def _with_talk(look: Look, view: Callable[..., T], no: str) -> tuple[T, TalkView]:
    return view(look, no), conversation_view(look, no)
