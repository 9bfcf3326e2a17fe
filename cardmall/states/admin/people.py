"""All accounts: an admin looks one up, disables or enables it; the question names what follows."""

from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.topics import PEOPLE
from cardmall.services.account.standing import disable_account, enable_account
from cardmall.states.admin.searching import Searching
from cardmall.states.admin.standing import StandingList
from cardmall.views.admin.people import PeoplePage, PersonRow, people_page


class PeopleState(StandingList, Searching, rx.State):
    """`asked`: the account the open question is about."""

    KIND: ClassVar = "person"
    TOPIC: ClassVar = PEOPLE
    PAGE: ClassVar = PeoplePage
    ROW: ClassVar = PersonRow
    figures: PeoplePage = PeoplePage()
    rows: list[PersonRow] = []
    asked: PersonRow = PersonRow()

    @rx.event
    def ask(self, person: int) -> None:
        """Before anything happens: what it would do."""
        self._ask(next((row for row in self.rows if row.id == person), None))

    @rx.event
    async def decide(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text}: disable the account of the question, or enable the disabled one."""
        return await self._decide(disable_account, enable_account, self.asked.id, form)

    async def _read_on(self, after: int, size: int = PAGE_SIZE) -> None:
        asked = {"q": self.text} if self.text else {}
        if await self._note(asked, self.text):
            self._take(await self._show(PeoplePage(), people_page, text=self.text, after=after, size=size))
