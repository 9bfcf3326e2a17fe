"""From an order to its payment: checkout and the sandbox cashier."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Refused, Role
from cardmall.queries.pay import CashierView, CheckoutView, cashier_view, checkout_view
from cardmall.services.orders import start_payment
from cardmall.states.page import Page


class CheckoutState(Page, rx.State):
    view: CheckoutView = CheckoutView()
    missing: bool = False
    loaded: bool = False
    channel_error: str = ""
    consent_error: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper)
        self.loaded, self.channel_error, self.consent_error = False, "", ""
        if actor:
            self._listen(CheckoutState.refresh, f"order:{self._arg()}")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        found = await self._look(checkout_view, self._arg())
        self.missing, self.loaded = isinstance(found, Refused), True
        self.view = CheckoutView() if isinstance(found, Refused) else found

    @rx.event
    async def pay(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{channel, consent}: the rule is agreed to, on to the cashier."""
        asked = form if isinstance(form, dict) else {}
        no = self._arg()
        result = await self._act(start_payment, no, channel=asked.get("channel", ""), consent=asked.get("consent"))
        if not isinstance(result, Refused):
            return rx.redirect(routes.pay_url(no))
        self.channel_error, self.consent_error = (result.fields.get(name, "") for name in ("channel", "consent"))
        await self.refresh()
        return None if result.fields else self._said(result, "")


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
