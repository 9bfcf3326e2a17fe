"""The goods of the shop and what is left of each, live."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import shop_topic
from cardmall.states.lists import Growing
from cardmall.views.merchant.stock import StockList, StockRow, shop_stock


class StockState(Growing, rx.State):
    """`figures` is the page without its rows."""

    figures: StockList = StockList()
    rows: list[StockRow] = []

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.figures, self.rows, self.loaded = StockList(), self._kept(self.rows), False
        if actor:
            self._listen(StockState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    async def _read_on(self, key: str) -> None:
        self._take(await self._show(StockList(), shop_stock, after=key))
