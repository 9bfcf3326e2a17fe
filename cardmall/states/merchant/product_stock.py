"""The stock of one product: its batches, live; a batch is withdrawn, the low stock line set (R91, R92)."""

import asyncio
from typing import Any

import reflex as rx

from cardmall.adapters.attempts import TooManyTries
from cardmall.adapters.budgets import too_many
from cardmall.adapters.passwords import is_own_password
from cardmall.domain.terms import FieldError, Refused, Role, invalid
from cardmall.domain.topics import Topic, shop_topic, stock_topic
from cardmall.reads.accounts import Kept, own_password
from cardmall.services.shop.batches import set_stock_line
from cardmall.services.shop.code_files import export_codes
from cardmall.services.shop.withdrawing import withdraw_batch
from cardmall.states.lists import Growing
from cardmall.states.recalling import Recalling
from cardmall.views.merchant.product_stock import BatchRow, ProductStock, product_stock


class ProductStockState(Growing, Recalling, rx.State):
    """`figures` is the page without its batches."""

    figures: ProductStock = ProductStock()
    rows: list[BatchRow] = []
    line_error: str = ""
    password_error: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.figures, self.rows, self.loaded = ProductStock(), self._kept(self.rows), False
        if not await self._stood():
            self._close_recall()
            self._wrong()
        if actor:
            self._listen(ProductStockState.refresh, shop_topic(actor.shop_id))
        await self._follow(ProductStockState.refresh, self._topic)

    @rx.event
    async def withdraw(self, name: str) -> rx.event.EventSpec:
        """The yes: the unsold codes of this batch are sold no more."""
        result = await self._act(withdraw_batch, name)
        await self.refresh()
        return self._said(result, "stock.withdrawn")

    @rx.event
    async def set_line(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{line}: tell the shop below so many; "" for never."""
        result = await self._act(set_stock_line, self._arg(), self._field(form, "line"))
        if self._wrong(result, "line"):
            return None
        await self.refresh()
        return self._said(result, "stock.line_set")

    @rx.event
    async def export_codes(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{password}: put codes that are never sold again into a file for whoever asks."""
        result = await self._taken(self._field(form, "password"))
        if self._wrong(result, "password"):
            return None
        await self.refresh()
        return self._said(result, "stock.codes.ready")

    async def _taken(self, password: str) -> str | Refused:
        kept = await self._look(own_password)
        if isinstance(kept, Refused):
            return kept
        try:
            await asyncio.to_thread(_check, kept, password)
        except Refused as refused:
            return refused
        except TooManyTries as why:
            return too_many(why)
        return await self._act(export_codes, self._arg(), kept.password_hash or "")

    def _topic(self) -> Topic | None:
        return stock_topic(self.figures.key) if self.figures.key else None

    async def _read_on(self, key: str) -> None:
        self._take(await self._show(ProductStock(), product_stock, self._arg(), after=key))


def _check(kept: Kept, password: str) -> None:
    """Compare with the own password, in a thread. Refused beside the field."""
    if not password:
        raise invalid(password=FieldError.required)
    if not is_own_password(password, kept.account_id, kept.password_hash):
        raise invalid(password=FieldError.wrong)
