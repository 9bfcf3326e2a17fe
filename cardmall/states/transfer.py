"""An order on its way to somebody else: the form that offers it, and the page all sides answer on (R53)."""

from collections.abc import Callable
from typing import Any, ClassVar

import reflex as rx

from cardmall import routes
from cardmall.adapters.addresses import read_address
from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import FieldError, Refused, Role
from cardmall.domain.transfer import TransferSide
from cardmall.queries.transfer import TransferForm, TransferView, transfer_form, transfer_view
from cardmall.services.transfers import agree_transfer, decline_transfer, offer_transfer, withdraw_transfer
from cardmall.states.page import Page
from cardmall.states.questions import Questions


class TransferFormState(Page, rx.State):
    """What is typed lives in the page, so it stays when something is wrong."""

    view: TransferForm = TransferForm()
    address_error: str = ""
    missing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper)
        self.view, self.address_error, self.loaded = TransferForm(), "", False
        if actor:
            self._listen(TransferFormState.refresh, f"order:{self._arg()}")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened to the order, or the clock moved."""
        found = await self._look(transfer_form, self._arg(), calendar=work_calendar())
        self.missing, self.loaded = isinstance(found, Refused), True
        self.view = TransferForm() if isinstance(found, Refused) else found

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """{address}: a phone number or an e-mail address, whoever has it."""
        typed = form.get("address") if isinstance(form, dict) else None
        text = typed.strip() if isinstance(typed, str) else ""
        result = await self._act(offer_transfer, self._arg(), address=read_address(text), calendar=work_calendar())
        wrong = result.fields.get("address", "") if isinstance(result, Refused) else ""
        self.address_error = FieldError.required.value if wrong and not text else wrong
        await self.refresh()
        if isinstance(result, Refused):
            return None if wrong else self._said(result, "")
        return [rx.redirect(routes.transfer_url(result)), self._said(result, "transfer.sent")]


class TransferState(Page, Questions, rx.State):
    """`question`: the answer that waits for its yes."""

    QUESTIONS: ClassVar = ("agree_receiver", "agree_merchant", "decline", "withdraw")
    view: TransferView = TransferView()
    missing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter()
        self.view, self.question, self.loaded = TransferView(), "", False
        if actor:
            self._listen(TransferState.refresh, f"transfer:{self._arg()}")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """One side answered, paid or let the time run out."""
        found = await self._look(transfer_view, self._arg())
        self.missing, self.loaded = isinstance(found, Refused), True
        self.view = TransferView() if isinstance(found, Refused) else found

    @rx.event
    async def agree(self) -> Any:
        """With the second yes a receiver goes on to the checkout."""
        result, said = await self._answer(agree_transfer, "transfer.done.agree")
        own = self.view.side == TransferSide.receiver
        return [rx.redirect(routes.checkout_url(result)), said] if own and isinstance(result, str) and result else said

    @rx.event
    async def decline(self) -> rx.event.EventSpec:
        return (await self._answer(decline_transfer, "transfer.done.decline"))[1]

    @rx.event
    async def withdraw(self) -> rx.event.EventSpec:
        return (await self._answer(withdraw_transfer, "transfer.done.withdraw"))[1]

    async def _answer(self, use_case: Callable[..., Any], ok_key: str) -> tuple[Any, rx.event.EventSpec]:
        self.question = ""
        result = await self._act(use_case, self._arg())
        await self.refresh()
        return result, self._said(result, ok_key)
