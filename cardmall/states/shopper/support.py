"""The talk between a shopper and support about one order; the order's state travels along (R62).

The order is the one the address names: /support/<no>, or /admin/support?order=<no> on the admins' desk.
"""

from typing import Any

import reflex as rx

from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import order_topic
from cardmall.reads.look import Look
from cardmall.services.talk.support import read_support, write_support
from cardmall.states.page import Page
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.shopper.support import ThreadView, support_thread


def _whole(look: Look, no: str) -> tuple[ThreadView, OrderView]:
    """What was written, and the order it is about."""
    thread = support_thread(look, no)
    return thread, order_view(look, no)


class SupportState(Page, rx.State):
    """`sent` counts messages sent: the box starts empty after each."""

    thread: ThreadView = ThreadView()
    view: OrderView = OrderView()
    text_error: str = ""
    sent: int = 0

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper, Role.admin)
        self.thread, self.view, self.text_error, self.loaded = ThreadView(), OrderView(), "", False
        if actor:
            self._listen(SupportState.refresh, order_topic(self._arg()))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Somebody wrote, or the order moved; what is in sight is read."""
        await self._reload()
        if self.thread.unread:
            await self._act(read_support, self._arg())
            await self._reload()

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """{text}: one message; a wrong one stays in the box with the reason beside it."""
        text = self._field(form, "text")
        said = await self._act(write_support, self._arg(), text=text)
        self._wrong(said)
        self.sent += not isinstance(said, Refused)
        await self.refresh()
        return None if self.text_error else self._said(said, "support.sent")

    async def _reload(self) -> None:
        nothing = ThreadView(), OrderView()
        self.thread, self.view = await self._show(nothing, _whole, self._arg())
