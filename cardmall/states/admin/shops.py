"""All shops: an admin looks one up, disables or enables it; the question names what follows."""

from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.topics import SHOPS
from cardmall.services.shop.shops import disable_shop, enable_shop
from cardmall.states.admin.standing import StandingList
from cardmall.views.admin.shops import ShopRow, ShopsPage, shops_page


class ShopsState(StandingList, rx.State):
    """`asked`: the shop the open question is about."""

    KIND: ClassVar = "shop"
    TOPIC: ClassVar = SHOPS
    PAGE: ClassVar = ShopsPage
    ROW: ClassVar = ShopRow
    figures: ShopsPage = ShopsPage()
    rows: list[ShopRow] = []
    asked: ShopRow = ShopRow()

    @rx.event
    def ask(self, slug: str) -> None:
        """Before anything happens: what it would do."""
        self._ask(next((row for row in self.rows if row.slug == slug), None))

    @rx.event
    async def decide(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text}: disable the open shop of the question, or enable the disabled one."""
        return await self._decide(disable_shop, enable_shop, self.asked.slug, form)

    async def _read_on(self, after: int, size: int = PAGE_SIZE) -> None:
        self._take(await self._show(ShopsPage(), shops_page, text=self.text, after=after, size=size))
