"""One person on the admins' desk; the place in the list of their orders is in the URL (R78)."""

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Role
from cardmall.domain.topics import PEOPLE
from cardmall.states.page import Page
from cardmall.views.admin.person import PersonPage, person_page


class PersonState(Page, rx.State):
    view: PersonPage = PersonPage()
    next_url: str = ""
    prev_url: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.view, self.loaded = PersonPage(), False
        if actor:
            self._listen(PersonState.refresh, PEOPLE)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """An account was disabled or enabled, or the clock moved."""
        place = {name: self._asked_for(name) for name in ("after", "before")}
        self.view = await self._show(PersonPage(), person_page, self._arg(), **place)
        key, back = self.view.next_key, self.view.prev_key
        self.next_url = routes.admin_person_url(self.view.no, after=key) if key else ""
        self.prev_url = routes.admin_person_url(self.view.no, before=back) if back else ""
