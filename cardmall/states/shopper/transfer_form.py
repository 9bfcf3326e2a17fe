"""Offer an order to somebody else."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters.addresses import read_address
from cardmall.domain.terms import FieldError, Refused, Role
from cardmall.domain.topics import order_topic
from cardmall.services.transfer.transfers import offer_transfer
from cardmall.states.page import Page, errors_of
from cardmall.views.shopper.transfer_form import TransferForm, transfer_form


class TransferFormState(Page, rx.State):
    """What is typed lives in the page, so it stays when something is wrong."""

    view: TransferForm = TransferForm()
    address_error: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper)
        self.view, self.address_error, self.loaded = TransferForm(), "", False
        if actor:
            self._listen(TransferFormState.refresh, order_topic(self._arg()))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened to the order, or the clock moved."""
        self.view = await self._show(TransferForm(), transfer_form, self._arg())

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """{address}: a phone number or an e-mail address, whoever has it."""
        text = self._field(form, "address").strip()
        result = await self._act(offer_transfer, self._arg(), address=read_address(text))
        wrong = errors_of(result).get("address", "")
        self.address_error = FieldError.required.value if wrong and not text else wrong
        await self.refresh()
        if isinstance(result, Refused):
            return None if wrong else self._said(result, "")
        return [rx.redirect(routes.transfer_url(result)), self._said(result, "transfer.sent")]
