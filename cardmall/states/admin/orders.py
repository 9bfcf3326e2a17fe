"""Any order, person or shop: what is searched lives in the URL, and the audit is told of each search once (R95)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.limits import SEARCH_LENGTH
from cardmall.domain.terms import Refused, Role
from cardmall.domain.typed import storable
from cardmall.services.account.finding import note_search
from cardmall.states.page import Page
from cardmall.views.admin.orders import FindAsked, FoundPage, found_page, read_find_asked
from cardmall.views.admin.rows import FoundRow


class FindState(Page, rx.State):
    """`q`: what is searched; `shop`: the name of the shop whose orders these are; `trouble`: why nothing is searched
    now, in words. `_told`: what this tab searched last, which the audit knows of."""

    rows: list[FoundRow] = []
    q: str = ""
    shop: str = ""
    trouble: str = ""
    next_url: str = ""
    prev_url: str = ""
    _told: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        if actor:
            self._listen(FindState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """The page of the URL, as things stand now."""
        asked = read_find_asked(dict(self.router.url.query_parameters))
        refused = await self._note(asked)
        self.trouble = self._why(refused) if refused else ""
        page = FoundPage() if refused else await self._show(FoundPage(), found_page, asked)
        if refused:
            self._note_looked(missing=refused.at is None)  # who searches too often hears when it opens
        self.rows, self.shop, self.q = page.rows, page.shop, "" if self.missing else asked.q
        self.next_url = routes.find_url(**asked.query(), after=page.next_key) if page.next_key else ""
        self.prev_url = routes.find_url(**asked.query(), before=page.prev_key) if page.prev_key else ""

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """{q}: a number or the end of an order's, an address, the end of a phone number, an answer, a shop."""
        return rx.redirect(routes.find_url(q=storable(self._field(form, "q")).strip()[:SEARCH_LENGTH]))

    async def _note(self, asked: FindAsked) -> Refused | None:
        """Nothing is shown that the audit was not told; its pages are no new search. What was refused is returned."""
        told = asked.query()
        if not told or told == self._told:
            return None
        result = await self._act(note_search, asked.q, shop=asked.shop)
        self._told = {} if isinstance(result, Refused) else told
        return result if isinstance(result, Refused) else None
