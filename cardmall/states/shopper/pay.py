"""The cashier."""

import reflex as rx

from cardmall import routes
from cardmall.adapters.channels import takes_money
from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import order_topic
from cardmall.reads.look import Look
from cardmall.states.page import Page
from cardmall.views.shopper.checkout import CheckoutView, checkout_view
from cardmall.views.shopper.pay import CashierView, cashier_view


def _whole(look: Look, no: str) -> CashierView | CheckoutView:
    """The payment under way, else the order that has none: the page leads on to it."""
    try:
        return cashier_view(look, no)
    except Refused:
        return checkout_view(look, no)


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
        found = await self._show(CashierView(), _whole, self._arg())
        self.view, order = (CashierView(), found) if isinstance(found, CheckoutView) else (found, None)
        if order is None and (takes_money() or self.missing):
            return None
        self.loaded = False  # nothing is shown on the way
        pays = order is not None and order.can_pay
        return rx.redirect((routes.checkout_url if pays else routes.order_url)(self._arg()), replace=True)
