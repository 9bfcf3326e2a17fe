"""The working calendar: an admin sets single days."""

from typing import Any

import reflex as rx

from cardmall.adapters.workdays import published
from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import CALENDAR
from cardmall.services.shop.calendar import clear_workday, set_workday
from cardmall.states.page import Page
from cardmall.views.admin.calendar import CalendarView, calendar_view


class CalendarState(Page, rx.State):
    """`saved` counts saved days: the form starts empty after each."""

    view: CalendarView = CalendarView()
    day_error: str = ""
    works_error: str = ""
    note_error: str = ""
    saved: int = 0

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.view, self.loaded = CalendarView(), False
        self._wrong()
        if actor:
            self._listen(CalendarState.refresh, CALENDAR)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """A day was set, or the clock moved."""
        self.view = await self._show(CalendarView(), calendar_view, published=published())

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{day, works, note}"""
        result = await self._act(set_workday, **self._fields(form, "day", "works", "note"))
        wrong = self._wrong(result)
        self.saved += not isinstance(result, Refused)
        await self.refresh()
        return None if wrong else self._said(result, "calendar.saved")

    @rx.event
    async def remove(self, day: str) -> rx.event.EventSpec:
        """Back to the published calendar."""
        result = await self._act(clear_workday, day)
        await self.refresh()
        return self._said(result, "calendar.removed")
