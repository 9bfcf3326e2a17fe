"""One order on its shop's desk, live, with its conversation; the shop says here that it works on it (R66, R95)."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import shop_topic
from cardmall.services.order.beginning import begin_work
from cardmall.states.talk import Talking
from cardmall.views.merchant.order import ShopOrder, shop_order


class MerchantOrderState(Talking, rx.State):
    view: ShopOrder = ShopOrder()

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.view, self.loaded = ShopOrder(), False
        await self._begin_talk()
        if actor:
            self._listen(MerchantOrderState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened in the shop, or the clock moved."""
        self.view = await self._show_talking(ShopOrder(), shop_order)

    @rx.event
    async def begin(self) -> rx.event.EventSpec:
        """The shop works on it from now on."""
        result = await self._act(begin_work, self._arg())
        await self.refresh()
        return self._said(result, "begin.done")
