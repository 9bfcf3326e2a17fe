"""Checkout: the rule is agreed to and the channel chosen."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters.channels import takes_money
from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import away_topic, order_topic
from cardmall.services.order.orders import start_payment
from cardmall.states.answering import Answering
from cardmall.states.session import saying
from cardmall.views.shopper.checkout import CheckoutView, checkout_with_fields


class CheckoutState(Answering, rx.State):
    view: CheckoutView = CheckoutView()
    takes_money: bool = True
    channel_error: str = ""
    consent_error: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper)
        self.loaded = False
        self._wrong()
        if actor:
            self._listen(CheckoutState.refresh, order_topic(self._arg()))
        await self._follow(
            CheckoutState.refresh, lambda: away_topic(self.view.shop_slug) if self.view.shop_slug else None
        )

    @rx.event
    async def refresh(self) -> None:
        self.view, self.takes_money = await self._show(CheckoutView(), checkout_with_fields, self._arg()), takes_money()

    @rx.event
    async def pay(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{channel, consent, answer1, …}: the rule is agreed to, on to the cashier."""
        no = self._arg()
        if not takes_money():
            return saying("error", self._text("mall.no_channel"), self._text("mall.no_channel_line"))
        told = self._fields(form, "channel", ticks=("consent",))
        result = await self._act(start_payment, no, **told, answers=self._answers(form))
        if not isinstance(result, Refused):
            return rx.redirect(routes.pay_url(no))
        wrong = self._wrong(result)
        await self.refresh()
        return None if wrong else self._said(result, "")
