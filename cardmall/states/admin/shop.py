"""One shop on the admins' desk (R78)."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import SHOPS
from cardmall.states.page import Page
from cardmall.views.admin.shop import AdminShop, admin_shop


class AdminShopState(Page, rx.State):
    view: AdminShop = AdminShop()

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.view, self.loaded = AdminShop(), False
        if actor:
            self._listen(AdminShopState.refresh, SHOPS)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """A shop was created, renamed, disabled or enabled, or the clock moved."""
        self.view = await self._show(AdminShop(), admin_shop, self._arg())
