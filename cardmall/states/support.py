"""The talk between a shopper and support about one order; the order's state travels along (R62)."""

from typing import Any

import reflex as rx

from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Refused, Role
from cardmall.queries.order import OrderView, order_view
from cardmall.queries.support import SupportThread, support_thread
from cardmall.services.support import write_support
from cardmall.states.page import Page


class SupportState(Page, rx.State):
    """`sent` counts messages sent: the box starts empty after each."""

    thread: SupportThread = SupportThread()
    view: OrderView = OrderView()
    text_error: str = ""
    sent: int = 0
    missing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper, Role.admin)
        self.thread, self.view, self.text_error = SupportThread(), OrderView(), ""
        if actor:
            self._listen(SupportState.refresh, f"order:{self._arg()}")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Somebody wrote, or the order moved."""
        thread = await self._look(support_thread, self._arg())
        view = await self._look(order_view, self._arg(), calendar=work_calendar())
        self.thread = SupportThread() if isinstance(thread, Refused) else thread
        self.view = OrderView() if isinstance(view, Refused) else view
        self.missing, self.loaded = isinstance(thread, Refused), True

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """{text}: one message; a wrong one stays in the box with the reason beside it."""
        text = form.get("text") if isinstance(form, dict) else ""
        said = await self._act(write_support, self._arg(), text=text, calendar=work_calendar())
        self.text_error = said.fields.get("text", "") if isinstance(said, Refused) else ""
        self.sent += not isinstance(said, Refused)
        await self.refresh()
        return None if self.text_error else self._said(said, "support.sent")
