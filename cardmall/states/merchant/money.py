"""Where the shop's money stands and every movement of it; the month lives in the URL (R66)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import server_url
from cardmall.domain.terms import Role
from cardmall.domain.topics import shop_topic
from cardmall.states.lists import Growing
from cardmall.views.merchant.money import ShopBooks, ShopMovement, read_month, shop_books


class MoneyState(Growing, rx.State):
    """`figures` is the page without its rows."""

    figures: ShopBooks = ShopBooks()
    rows: list[ShopMovement] = []
    month: str = ""
    file_url: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.figures, self.rows, self.loaded = ShopBooks(), self._kept(self.rows), False
        if actor:
            self._listen(MoneyState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Money moved, or a case opened or ended: as many rows as before, from the top."""
        self.month = read_month(self.router.url.query_parameters.get("month", ""))
        self.file_url = server_url(routes.money_file_url(month=self.month))
        await self._read_again()

    @rx.event
    def choose_month(self, value: str) -> Any:
        """ "2026-11", or "" for all."""
        return rx.redirect(routes.money_url(month=read_month(value)))

    async def _read_on(self, key: str) -> None:
        self._take(await self._show(ShopBooks(), shop_books, after=key, month=self.month))
