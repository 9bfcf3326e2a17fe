"""An order on its way to somebody else: the form that offers it, and the page all sides answer on (R53)."""

from collections.abc import Callable
from typing import Any, ClassVar

import reflex as rx

from cardmall import routes
from cardmall.domain.rules.transfers import TransferSide
from cardmall.domain.topics import transfer_topic
from cardmall.services.transfer.transfers import agree_transfer, decline_transfer, withdraw_transfer
from cardmall.states.page import Page
from cardmall.states.questions import Questions
from cardmall.views.shopper.transfer import TransferView, transfer_view


class TransferState(Page, Questions, rx.State):
    """`question`: the answer that waits for its yes."""

    QUESTIONS: ClassVar = ("agree_receiver", "agree_merchant", "decline", "withdraw")
    view: TransferView = TransferView()

    @rx.event
    async def load(self) -> None:
        actor = await self._enter()
        self.view, self.question, self.loaded = TransferView(), "", False
        if actor:
            self._listen(TransferState.refresh, transfer_topic(self._arg()))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """One side answered, paid or let the time run out."""
        self.view = await self._show(TransferView(), transfer_view, self._arg())

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
