"""One order on the admins' desk, live, with its conversation (R95). What is masked in it is shown past this state."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import order_topic
from cardmall.states.talk import Talking
from cardmall.views.admin.order import AdminOrder, admin_order


class AdminOrderState(Talking, rx.State):
    view: AdminOrder = AdminOrder()

    @rx.event
    async def load(self) -> None:
        await self._enter(Role.admin)
        self.view, self.loaded = AdminOrder(), False
        await self._begin_talk()
        await self._follow(
            AdminOrderState.refresh, lambda: order_topic(no) if (no := self.view.desk.order.no) else None
        )

    @rx.event
    async def refresh(self) -> None:
        """Something happened to the order, or the clock moved."""
        self.view = await self._show_talking(AdminOrder(), admin_order)
