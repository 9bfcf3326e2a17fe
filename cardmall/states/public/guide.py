"""The public guide and the rules: what of them changes with the shelf and the hour."""

import reflex as rx

from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Refused
from cardmall.states.page import Page
from cardmall.views.public.guide import GuideView, guide_view


class GuideState(Page, rx.State):
    view: GuideView = GuideView()
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        await self._enter()
        self._listen(GuideState.refresh, "calendar")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """The clock or the calendar moved."""
        found = await self._look(guide_view, calendar=work_calendar())
        self.view = GuideView() if isinstance(found, Refused) else found
        self.loaded = True
