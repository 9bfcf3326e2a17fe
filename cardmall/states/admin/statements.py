"""对账, on the pages of money and of what is abnormal: the last day checked, what differs, what is done about it."""

from typing import Any

import reflex as rx

from cardmall.domain.topics import ORDERS
from cardmall.services.money.statements import close_mismatch, repair_mismatch
from cardmall.states.page import Page, errors_of
from cardmall.views.admin.statements import MismatchRow, StatementsView, statements_view

_NONE = MismatchRow(id=0, day=None, movement="", number="", difference="", repair="", told=0, ours=0)


class StatementsState(Page, rx.State):
    """`asked`: the difference the open question is about."""

    view: StatementsView = StatementsView()
    asked: MismatchRow = _NONE
    note_error: str = ""

    @rx.event
    async def arrive(self) -> None:
        """After the load of the page it stands on, which has asked who is looking."""
        self.dismiss()
        self._listen(StatementsState.refresh, ORDERS)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """A day was checked, a difference closed, or the clock moved."""
        self.view = await self._show(StatementsView(), statements_view)

    @rx.event
    async def repair(self, mismatch: int) -> rx.event.EventSpec:
        """Ask the channel about the number."""
        result = await self._act(repair_mismatch, mismatch)
        await self.refresh()
        return self._said(result, "statement.asked")

    @rx.event
    def ask(self, mismatch: int) -> None:
        """Before it is closed: what a person found."""
        self.asked = next((row for row in self.view.rows if row.id == mismatch), _NONE)
        self.note_error = ""

    @rx.event
    def dismiss(self) -> None:
        self.asked, self.note_error = _NONE, ""

    @rx.event
    async def close(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{note}"""
        result = await self._act(close_mismatch, self.asked.id, note=self._field(form, "note"))
        self.note_error = errors_of(result).get("text", "")
        if self.note_error:
            return None
        self.dismiss()
        await self.refresh()
        return self._said(result, "statement.closed")
