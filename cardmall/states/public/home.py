"""What is for sale: the first page's categories and search, one product and buying it."""

from collections.abc import Mapping
from urllib.parse import urlencode

import reflex as rx

from cardmall import routes
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Category, Role
from cardmall.domain.typed import searched
from cardmall.states.lists import MOST
from cardmall.states.page import Page
from cardmall.views.public.home import CatalogPage, ProductRow, catalog_page


class MallState(Page, rx.State):
    """`kept`: the search as the end of a URL, so that another category keeps it."""

    rows: list[ProductRow] = []
    category: str = ""
    q: str = ""
    kept: str = ""
    next_key: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """The shelf of the URL; an order number somebody signed in looks for leads to their orders."""
        actor = await self._enter()
        shown = len(self._kept(self.rows))
        self.category, self.q = wanted(self.router.url.query_parameters)
        self.kept = "&" + urlencode({"q": self.q}) if self.q else ""
        if actor and actor.role is Role.shopper and searched(self.q).number.startswith("CM"):
            return rx.redirect(routes.orders_url(q=self.q), replace=True)
        self.rows, self.next_key = await self._shelf("")
        while self.next_key and len(self.rows) < min(shown, MOST * PAGE_SIZE):
            await self.show_more()
        self.loaded = True
        return None

    @rx.event
    async def show_more(self) -> None:
        """The next page, below what is shown."""
        if self.next_key:
            found, self.next_key = await self._shelf(self.next_key)
            self.rows = self.rows + found

    async def _shelf(self, after: str) -> tuple[list[ProductRow], str]:
        page = await self._show(CatalogPage(), catalog_page, category=self.category, text=self.q, after=after)
        return page.rows, page.next_key


def wanted(asked: Mapping[str, str]) -> tuple[str, str]:
    """Return the category and the search an address asks for, "" where it asks for none."""
    category = asked.get("category", "")
    return category if category in set(Category) else "", searched(asked.get("q", "")).text
