"""The cashier."""

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Role
from cardmall.domain.topics import order_topic
from cardmall.states.page import Page
from cardmall.views.shopper.checkout import CheckoutView, checkout_view
from cardmall.views.shopper.pay import CashierView, cashier_view


class PayState(Page, rx.State):
    view: CashierView = CashierView()

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        actor = await self._enter(Role.shopper)
        self.loaded = False
        if actor:
            self._listen(PayState.refresh, order_topic(self._arg()))
        return await self._seen()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Paid, failed or closed meanwhile: the page leads on."""
        return await self._seen()

    async def _seen(self) -> rx.event.EventSpec | None:
        self.view = await self._show(CashierView(), cashier_view, self._arg())
        order = await self._look(checkout_view, self._arg()) if self.missing else None
        if not isinstance(order, CheckoutView):
            return None
        self.missing, self.loaded = False, False  # nothing is shown on the way
        return rx.redirect((routes.checkout_url if order.can_pay else routes.order_url)(order.no), replace=True)
