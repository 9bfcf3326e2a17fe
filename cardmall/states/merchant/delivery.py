"""Deliveries by hand: the merchant types the codes of a manual order; they are sealed before they are stored."""

from typing import Any

import reflex as rx

from cardmall.adapters.vault import vault
from cardmall.domain.codes import lines_of
from cardmall.domain.terms import Refused, Role
from cardmall.services.order.delivery import deliver_manually
from cardmall.states.page import Page
from cardmall.views.merchant.delivery import DeliveryRow, to_deliver


class DeliveryState(Page, rx.State):
    """`wrong` is the FieldError of the order `wrong_no`. A code passes through a handler and is never kept here."""

    rows: list[DeliveryRow] = []
    wrong_no: str = ""
    wrong: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.rows, self.wrong_no, self.wrong, self.loaded = [], "", "", False
        if actor:
            self._listen(DeliveryState.refresh, f"shop:{actor.shop_id}")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """An order was paid, held or delivered, or a promise ran out."""
        found = await self._look(to_deliver)
        self.rows = [] if isinstance(found, Refused) else found
        self.loaded = True

    @rx.event
    async def deliver(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{no, codes}: one code a line, as many as pieces were bought."""
        no, codes = _text(form, "no"), lines_of(_text(form, "codes"))
        result = await self._act(deliver_manually, no, codes=codes, seal=vault().seal)
        wrong = result.fields if isinstance(result, Refused) else {}
        self.wrong_no, self.wrong = (no, str(wrong.get("codes", ""))) if wrong else ("", "")
        await self.refresh()
        return None if wrong else self._said(result, "delivery.done")


def _text(form: Any, name: str) -> str:
    value = form.get(name, "") if isinstance(form, dict) else ""
    return value if isinstance(value, str) else ""
