"""One order on its shop's desk, live: nothing is done here (R66)."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import shop_topic
from cardmall.states.page import Page
from cardmall.views.merchant.order import ShopOrder, shop_order


class MerchantOrderState(Page, rx.State):
    view: ShopOrder = ShopOrder()

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.view, self.loaded = ShopOrder(), False
        if actor:
            self._listen(MerchantOrderState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened in the shop, or the clock moved."""
        self.view = await self._show(ShopOrder(), shop_order, self._arg())
