"""The cashier."""

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Refused, Role
from cardmall.states.page import Page
from cardmall.views.shopper.checkout import checkout_view
from cardmall.views.shopper.pay import CashierView, cashier_view


class PayState(Page, rx.State):
    view: CashierView = CashierView()
    missing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        actor = await self._enter(Role.shopper)
        self.loaded = False
        if actor:
            self._listen(PayState.refresh, f"order:{self._arg()}")
        return await self._seen()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Paid, failed or closed meanwhile: the page leads on."""
        return await self._seen()

    async def _seen(self) -> rx.event.EventSpec | None:
        found = await self._look(cashier_view, self._arg())
        if not isinstance(found, Refused):
            self.view, self.missing, self.loaded = found, False, True
            return None
        self.view = CashierView()
        order = await self._look(checkout_view, self._arg())
        if isinstance(order, Refused):
            self.missing, self.loaded = True, True
            return None
        pays = order.is_payable and not order.paying
        return rx.redirect((routes.checkout_url if pays else routes.order_url)(order.no), replace=True)
