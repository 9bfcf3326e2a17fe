"""All accounts: an admin looks one up, disables or enables it; the question names what follows."""

from typing import Any

import reflex as rx

from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Role
from cardmall.services.account.standing import disable_account, enable_account
from cardmall.states.admin.standing import decide, search
from cardmall.states.lists import read_more, take
from cardmall.states.page import Page
from cardmall.views.admin.people import PeoplePage, PersonRow, people_page

_MOST = 5 * PAGE_SIZE  # rows a live page reloads
_NOBODY = PersonRow()


class PeopleState(Page, rx.State):
    """`figures` is the page without its rows; `asked` the account the open question is about."""

    figures: PeoplePage = PeoplePage()
    rows: list[PersonRow] = []
    text: str = ""
    asked: PersonRow = _NOBODY
    text_error: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.figures, self.rows, self.text, self.loaded = PeoplePage(), [], "", False
        self.dismiss()
        if actor:
            self._listen(PeopleState.refresh, "people")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """An account was disabled or enabled, or the clock moved: as many rows as before."""
        size, self.rows = min(max(len(self.rows), PAGE_SIZE), _MOST), []
        await self._read_on(0, size)
        self.loaded = True

    @rx.event
    async def show_more(self) -> None:
        """The next page."""
        await read_more(self)

    @rx.event
    async def search(self, form: dict[str, Any]) -> None:
        """{q}"""
        await search(self, form)

    @rx.event
    def ask(self, person: int) -> None:
        """Before anything happens: what it would do."""
        self.asked = next((row for row in self.rows if row.id == person), _NOBODY)
        self.text_error = ""

    @rx.event
    def dismiss(self) -> None:
        self.asked, self.text_error = _NOBODY, ""

    @rx.event
    async def decide(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text}: disable the account of the question, or enable the disabled one."""
        return await decide(self, disable_account, enable_account, self.asked.id, form, "person")

    async def _read_on(self, after: int, size: int = PAGE_SIZE) -> None:
        take(self, await self._look(people_page, text=self.text, after=after, size=size), PeoplePage())
