"""Any order, person or shop: what is searched lives in the URL, and the audit is told of each search once (R95)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.limits import SEARCH_LENGTH
from cardmall.domain.terms import Role
from cardmall.domain.typed import storable
from cardmall.states.admin.searching import Searching
from cardmall.views.admin.orders import FoundPage, found_page, read_find_asked
from cardmall.views.admin.rows import FoundRow


class FindState(Searching, rx.State):
    """`q`: what is searched; `shop`: the name of the shop whose orders these are."""

    rows: list[FoundRow] = []
    q: str = ""
    shop: str = ""
    next_url: str = ""
    prev_url: str = ""

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
        noted = await self._note(asked.query(), asked.q, shop=asked.shop)
        page = await self._show(FoundPage(), found_page, asked) if noted else FoundPage()
        self.rows, self.shop, self.q = page.rows, page.shop, "" if self.missing else asked.q
        self.next_url = routes.find_url(**asked.query(), after=page.next_key) if page.next_key else ""
        self.prev_url = routes.find_url(**asked.query(), before=page.prev_key) if page.prev_key else ""

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """{q}: a number or the end of an order's, an address, the end of a phone number, an answer, a shop."""
        return rx.redirect(routes.find_url(q=storable(self._field(form, "q")).strip()[:SEARCH_LENGTH]))
