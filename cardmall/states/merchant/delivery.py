"""Deliveries by hand: the merchant types the codes of a manual order; they are sealed before they are stored."""

from dataclasses import replace
from typing import Any

import reflex as rx

from cardmall.domain.codes import lines_of
from cardmall.domain.terms import Reason, Refused, Role
from cardmall.domain.topics import shop_topic
from cardmall.services.order.delivery import deliver_manually
from cardmall.states.page import Page, errors_of
from cardmall.views.merchant.delivery import DeliveryRow, to_deliver


class DeliveryState(Page, rx.State):
    """`wrong` is the FieldError of the order `wrong_no`. A code passes through a handler and is never kept here.

    An order is delivered by the answers this page showed first, or told its reader were corrected: an account may have
    been topped up before the page, which is live and may be loaded again, said another.
    """

    rows: list[DeliveryRow] = []
    wrong_no: str = ""
    wrong: str = ""
    _seen: dict[str, int] = {}  # the edition of the answers each order is delivered by

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.rows, self.wrong_no, self.wrong, self.loaded = [], "", "", False
        if actor:
            self._listen(DeliveryState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """An order was paid, held, corrected or delivered, or a promise ran out."""
        rows = await self._show([], to_deliver)
        self._seen = {row.no: row.edition for row in rows} | self._seen
        self.rows = [replace(row, corrected=self._seen[row.no] < row.edition) for row in rows]

    @rx.event
    async def deliver(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{no, codes}: one code a line, as many as pieces were bought."""
        no, codes = self._field(form, "no"), lines_of(self._field(form, "codes"))
        result = await self._act(deliver_manually, no, codes=codes, seen=self._seen.get(no, 0))
        wrong = errors_of(result)
        if isinstance(result, Refused) and result.reason is Reason.changed:
            self._seen.pop(no, None)  # told, and shown by the refresh
        self.wrong_no, self.wrong = (no, str(wrong.get("codes", ""))) if wrong else ("", "")
        await self.refresh()
        return None if wrong else self._said(result, "delivery.done")
