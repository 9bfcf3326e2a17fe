"""From an order to its payment: checkout and the sandbox cashier."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Refused, Role
from cardmall.services.order.orders import start_payment
from cardmall.states.page import Page
from cardmall.views.shopper.checkout import CheckoutView, checkout_view


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
