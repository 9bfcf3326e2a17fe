"""The public guide and the rules: what of them changes with the shelf and the hour."""

import reflex as rx

from cardmall.domain.topics import CALENDAR
from cardmall.states.page import Page
from cardmall.states.session import DRAWN_ON_THE_SERVER
from cardmall.views.public.guide import GuideView, guide_view


class GuideState(Page, rx.State):
    view: GuideView = GuideView()

    @rx.event
    async def load(self) -> None:
        await self._enter()
        self._listen(GuideState.refresh, CALENDAR)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """The clock or the calendar moved."""
        self.view = await self._show(GuideView(), guide_view)


DRAWN_ON_THE_SERVER.append(GuideState)
