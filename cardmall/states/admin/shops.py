"""All shops: an admin looks one up, disables or enables it; the question names what follows."""

from typing import Any

import reflex as rx

from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Role
from cardmall.services.shop.shops import disable_shop, enable_shop
from cardmall.states.admin.standing import decide, search
from cardmall.states.lists import read_more, take
from cardmall.states.page import Page
from cardmall.views.admin.shops import ShopRow, ShopsPage, shops_page

_MOST = 5 * PAGE_SIZE  # rows a live page reloads
_NOBODY = ShopRow()


class ShopsState(Page, rx.State):
    """`figures` is the page without its rows; `asked` the shop the open question is about."""

    figures: ShopsPage = ShopsPage()
    rows: list[ShopRow] = []
    text: str = ""
    asked: ShopRow = _NOBODY
    text_error: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.figures, self.rows, self.text, self.loaded = ShopsPage(), [], "", False
        self.dismiss()
        if actor:
            self._listen(ShopsState.refresh, "shops")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """A shop was disabled or enabled, or the clock moved: as many rows as before."""
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
    def ask(self, slug: str) -> None:
        """Before anything happens: what it would do."""
        self.asked = next((row for row in self.rows if row.slug == slug), _NOBODY)
        self.text_error = ""

    @rx.event
    def dismiss(self) -> None:
        self.asked, self.text_error = _NOBODY, ""

    @rx.event
    async def decide(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text}: disable the open shop of the question, or enable the disabled one."""
        return await decide(self, disable_shop, enable_shop, self.asked.slug, form, "shop")

    async def _read_on(self, after: int, size: int = PAGE_SIZE) -> None:
        take(self, await self._look(shops_page, text=self.text, after=after, size=size), ShopsPage())
