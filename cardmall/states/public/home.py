"""What is for sale: the first page's categories, filters and search."""

import reflex as rx

from cardmall import routes
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Role
from cardmall.domain.typed import searched
from cardmall.states.lists import MOST
from cardmall.states.page import Page
from cardmall.states.session import DRAWN_ON_THE_SERVER
from cardmall.views.public.home import CatalogPage, ProductRow, catalog_page
from cardmall.views.public.shelf import Shelf, ShelfShown, read_shelf, shelf_shown


class MallState(Page, rx.State):
    rows: list[ProductRow] = []
    shown: ShelfShown = shelf_shown(Shelf())
    next_key: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """The shelf of the URL; an order number somebody signed in looks for leads to their orders."""
        actor = await self._enter()
        before = len(self._kept(self.rows))
        shelf = read_shelf(self.router.url.query_parameters)
        self.shown = shelf_shown(shelf)
        if actor and actor.role is Role.shopper and searched(shelf.q).number.startswith("CM"):
            return rx.redirect(routes.orders_url(q=shelf.q), replace=True)
        self.rows, self.next_key = await self._shelf("")
        while self.next_key and len(self.rows) < min(before, MOST * PAGE_SIZE):
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
        shelf = read_shelf(self.router.url.query_parameters)
        page = await self._show(CatalogPage(), catalog_page, shelf, after=after)
        return page.rows, page.next_key


DRAWN_ON_THE_SERVER.append(MallState)
