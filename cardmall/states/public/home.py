"""What is for sale: the first page's categories and search, one product and buying it."""

from urllib.parse import urlencode

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Category, Role
from cardmall.domain.typed import searched
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
        self.category, self.q = self._wanted()
        self.kept = "&" + urlencode({"q": self.q}) if self.q else ""
        if actor and actor.role is Role.shopper and searched(self.q).number.startswith("CM"):
            return rx.redirect(routes.orders_url(q=self.q), replace=True)
        self.rows, self.next_key = await self._shelf("")
        self.loaded = True
        return None

    @rx.event
    async def show_more(self) -> None:
        """The next page, below what is shown."""
        if self.next_key:
            found, self.next_key = await self._shelf(self.next_key)
            self.rows = self.rows + found

    def _wanted(self) -> tuple[str, str]:
        asked = self.router.url.query_parameters
        category = asked.get("category", "")
        return category if category in set(Category) else "", searched(asked.get("q", "")).text

    async def _shelf(self, after: str) -> tuple[list[ProductRow], str]:
        page = await self._show(CatalogPage(), catalog_page, category=self.category, text=self.q, after=after)
        return page.rows, page.next_key
