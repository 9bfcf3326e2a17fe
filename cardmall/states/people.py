"""All accounts: an admin looks one up, disables or enables it; the question names what follows."""

from dataclasses import replace
from typing import Any

import reflex as rx

from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Refused, Role
from cardmall.queries.accounts_list import PeoplePage, PersonRow, people_page
from cardmall.services.standing import disable_account, enable_account
from cardmall.states.page import Page

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
        if self.figures.next_key:
            await self._read_on(self.figures.next_key)

    @rx.event
    async def search(self, form: dict[str, Any]) -> None:
        """{q}"""
        typed = form.get("q") if isinstance(form, dict) else ""
        self.text, self.rows = typed if isinstance(typed, str) else "", []
        await self.refresh()

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
        enabling, reason = self.asked.disabled_at is not None, form.get("text") if isinstance(form, dict) else ""
        result = await self._act(enable_account if enabling else disable_account, self.asked.id, reason=reason)
        self.text_error = result.fields.get("text", "") if isinstance(result, Refused) else ""
        if self.text_error:
            return None
        self.dismiss()
        await self.refresh()
        return self._said(result, "standing.person_enabled" if enabling else "standing.person_disabled")

    async def _read_on(self, after: int, size: int = PAGE_SIZE) -> None:
        found = await self._look(people_page, text=self.text, after=after, size=size)
        page = PeoplePage() if isinstance(found, Refused) else found
        self.rows = self.rows + page.rows if not isinstance(found, Refused) else []
        self.figures = replace(page, rows=[])
