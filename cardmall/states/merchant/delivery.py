"""Deliveries by hand: the merchant types the codes of a manual order, or its receipt; both are sealed as they are
stored."""

from dataclasses import replace
from typing import Any

import reflex as rx

from cardmall.domain.codes import lines_of
from cardmall.domain.terms import Reason, Refused, Role
from cardmall.domain.topics import shop_topic
from cardmall.services.order.beginning import begin_work
from cardmall.services.order.delivery import deliver_manually
from cardmall.services.order.receipts import give_receipt
from cardmall.states.page import Page
from cardmall.views.merchant.delivery import DeliveryRow, to_deliver


class DeliveryState(Page, rx.State):
    """The errors are those of the order `wrong_no`. What is typed passes through a handler and is never kept here.

    An order is delivered by the answers this page showed first, or told its reader were corrected: an account may have
    been topped up before the page, which is live and may be loaded again, said another.
    """

    rows: list[DeliveryRow] = []
    wrong_no: str = ""
    codes_error: str = ""
    text_error: str = ""
    pictures_error: str = ""
    _seen: dict[str, int] = {}  # the edition of the answers each order is delivered by

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.rows, self.wrong_no, self.loaded = [], "", False
        self._wrong()
        if actor:
            self._listen(DeliveryState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """An order was paid, held, corrected or delivered, or a promise ran out."""
        rows = await self._show([], to_deliver)
        closed = {row.no for row in rows if row.closed}  # nobody has read them yet
        kept = {no: edition for no, edition in self._seen.items() if no not in closed}
        self._seen = {row.no: row.edition for row in rows} | kept
        self.rows = [replace(row, corrected=self._seen[row.no] < row.edition) for row in rows]

    @rx.event
    async def deliver(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{no, codes}: one code a line, as many as pieces were bought."""
        no, codes = self._field(form, "no"), lines_of(self._field(form, "codes"))
        result = await self._act(deliver_manually, no, codes=codes, seen=self._seen.get(no, 0))
        return await self._told(no, result, "delivery.done")

    @rx.event
    async def receive(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{no, text, pictures}: the receipt of an order whose account was topped up."""
        told = self._fields(form, "no", "text", "pictures")
        no = told.pop("no")
        result = await self._act(give_receipt, no, **told, seen=self._seen.get(no, 0))
        return await self._told(no, result, "receipt.given")

    @rx.event
    async def begin(self, no: str) -> rx.event.EventSpec:
        """The shop works on this order from now on."""
        result = await self._act(begin_work, no)
        await self.refresh()
        return self._said(result, "begin.done")

    async def _told(self, no: str, result: object, ok_key: str) -> rx.event.EventSpec | None:
        """What is wrong stands beside the fields of this order; all else is said."""
        if isinstance(result, Refused) and result.reason is Reason.changed:
            self._seen.pop(no, None)  # told, and shown by the refresh
        wrong = self._wrong(result)
        self.wrong_no = no if wrong else ""
        await self.refresh()
        return None if wrong else self._said(result, ok_key)
