"""A shop's goods: tabs and search in the address; one switch a row, or many at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.limits import LISTED_AT_ONCE
from cardmall.domain.terms import Role
from cardmall.domain.topics import shop_topic
from cardmall.services.shop.goods import list_products, unlist_products
from cardmall.states.lists import Growing
from cardmall.views.merchant.products import GoodsPage, GoodsRow, GoodsTab, goods_page, read_goods_asked


@dataclass(frozen=True)
class GoodsTabShown:
    """One tab, with how many stand under it."""

    name: str
    count: int
    url: str
    selected: bool


class ProductsState(Growing, rx.State):
    """`figures` is the page without its rows; `picked`: slugs of rows shown and ticked."""

    figures: GoodsPage = GoodsPage()
    rows: list[GoodsRow] = []
    tabs: list[GoodsTabShown] = []
    tab: str = GoodsTab.all.value
    q: str = ""
    picked: list[str] = []

    @rx.event
    async def load(self) -> None:
        """The tab and the search of the address."""
        actor = await self._enter(Role.merchant)
        asked = read_goods_asked(self.router.url.query_parameters)
        self.figures, self.rows, self.loaded = GoodsPage(), self._kept(self.rows), False
        self.tab, self.q, self.tabs = asked.tab.value, asked.q, []
        self.picked = self.picked if await self._stood() else []
        if actor:
            self._listen(ProductsState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened in the shop: as many rows as before; ticks stay on those still there."""
        await self._read_again()
        self._pick(self.picked)

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """{q}: the same tab, of products called so."""
        return rx.redirect(self._url(self.tab, self._field(form, "q")))

    @rx.event
    async def switch(self, slug: str, listed: bool) -> rx.event.EventSpec | None:
        """List the row of this slug, or unlist it, unless somebody did meanwhile."""
        known = any(row.slug == slug for row in self.rows)
        return await self._move("list" if listed else "unlist", [slug]) if known else None

    @rx.event
    def pick(self, slug: str) -> None:
        """Tick a row, or untick it."""
        self._pick([one for one in self.picked if one != slug] if slug in self.picked else [*self.picked, slug])

    @rx.event
    def pick_all(self) -> None:
        """All rows shown; when all are ticked, none."""
        most = min(len(self._pickable()), LISTED_AT_ONCE)
        self._pick([] if len(self.picked) == most else self._pickable())

    @rx.event
    async def list_picked(self) -> rx.event.EventSpec | None:
        """Put all that are ticked on the shelf."""
        return await self._move("list", self.picked)

    @rx.event
    async def unlist_picked(self) -> rx.event.EventSpec | None:
        """Take all that are ticked off the shelf."""
        return await self._move("unlist", self.picked)

    async def _move(self, how: str, slugs: list[str]) -> rx.event.EventSpec | None:
        use_case: Callable[..., int] = list_products if how == "list" else unlist_products
        result = await self._act(use_case, list(slugs)) if slugs else 0
        self.picked = []
        await self.refresh()
        return self._said(result, f"goods.{how}ed", n=result) if result != 0 else None

    def _pick(self, slugs: list[str]) -> None:
        """Only rows that are shown and not archived, no more than one press may move."""
        self.picked = [slug for slug in self._pickable() if slug in slugs][:LISTED_AT_ONCE]

    def _pickable(self) -> list[str]:
        return [row.slug for row in self.rows if not row.archived]

    async def _read_on(self, key: Any) -> None:
        asked = read_goods_asked({"tab": self.tab, "q": self.q})
        self._take(await self._show(GoodsPage(), goods_page, asked, after=key or 0))
        self.tabs = [
            GoodsTabShown(tab, number, self._url(tab, self.q), tab == self.tab)
            for tab, number in self.figures.counts.items()
        ]

    def _url(self, tab: str, q: str) -> str:
        return routes.products_url(tab="" if tab == GoodsTab.all else tab, q=q)
