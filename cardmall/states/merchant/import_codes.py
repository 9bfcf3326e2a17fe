"""Codes are imported: a list is handed in over HTTP, checked by a job, confirmed or dropped here (R88, R89)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain.terms import Role
from cardmall.domain.topics import Topic, stock_topic
from cardmall.services.shop.batches import confirm_batch, drop_batch
from cardmall.states.lists import Growing
from cardmall.views.merchant.import_codes import ImportView, LineRow, import_view


class ImportState(Growing, rx.State):
    """`figures` is the page without its lines; the list of codes lives in the URL."""

    figures: ImportView = ImportView()
    rows: list[LineRow] = []
    note_error: str = ""
    valid_until_error: str = ""

    @rx.event
    async def load(self) -> None:
        await self._enter(Role.merchant)
        self.figures, self.rows, self.loaded = ImportView(), [], False
        self._wrong()
        await self._follow(ImportState.refresh, self._topic)

    @rx.event
    def handed_in(self, batch: str) -> Any:
        """The list is here: its own address shows what becomes of it."""
        return rx.redirect(routes.batch_url(self._arg(), batch[:32]))

    @rx.event
    async def confirm(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{note, valid_until}: the good codes come into stock."""
        told = self._fields(form, "note", "valid_until")
        result = await self._act(confirm_batch, self._asked_for("batch"), **told)
        if self._wrong(result):
            return None
        await self.refresh()
        return self._said(result, "stock.confirmed")

    @rx.event
    async def drop(self) -> rx.event.EventSpec:
        """The yes: the list is forgotten."""
        result = await self._act(drop_batch, self._asked_for("batch"))
        await self.refresh()
        return self._said(result, "stock.dropped")

    def _topic(self) -> Topic | None:
        return stock_topic(self.figures.key) if self.figures.key else None

    async def _read_on(self, key: str) -> None:
        asked = (self._arg(), self._asked_for("batch"))
        self._take(await self._show(ImportView(), import_view, *asked, after=key))
