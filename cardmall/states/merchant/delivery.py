"""Deliveries by hand: the merchant types the codes of a manual order, or its receipt; both are sealed as they are
stored."""

from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.codes import all_lines
from cardmall.domain.terms import Reason, Refused, Role, WrongLine
from cardmall.domain.topics import shop_topic
from cardmall.services.order.beginning import begin_work
from cardmall.services.order.delivery import deliver_manually
from cardmall.services.order.receipts import give_receipt
from cardmall.states.lists import MOST_ROWS, Growing
from cardmall.states.page import wrong_lines_of
from cardmall.views.merchant.delivery import DeliveryDesk, DeliveryRow, to_deliver


class DeliveryState(Growing, rx.State):
    """The errors are those of the order `wrong_no`. What is typed passes through a handler and is never kept here.

    `done_no`: the order delivered last; `open_no`: the one whose box opens; `turn`: one more with each delivery, then
    that box has the focus. An order is delivered by the answers this page showed in full, else by those that were there
    at first, or by those its reader was told are new: an account may have been topped up before the page, which is
    live and may be loaded again, knew of others.
    """

    MOST_SHOWN: ClassVar = MOST_ROWS  # codes may be half typed in any row: each is read again when something moves
    figures: DeliveryDesk = DeliveryDesk()
    rows: list[DeliveryRow] = []
    wrong_no: str = ""
    wrong_lines: list[WrongLine] = []
    codes_error: str = ""
    text_error: str = ""
    pictures_error: str = ""
    done_no: str = ""
    open_no: str = ""
    turn: int = 0
    _seen: dict[str, int] = {}  # the edition of the answers each order is delivered by

    @rx.event
    async def load(self) -> None:
        actor, stood = await self._enter(Role.merchant), await self._stood()
        self.figures, self.rows, self.loaded = DeliveryDesk(), self._kept(self.rows), False
        self._mark("")
        if actor:
            self._listen(DeliveryState.refresh, shop_topic(actor.shop_id))
        await self.refresh()
        if not stood:
            self.done_no, self.open_no = "", next((row.no for row in self.rows), "")

    @rx.event
    async def refresh(self) -> None:
        """Something moved. Where a nearer promise pushed the last row off its page, one page more is read:
        codes may be half typed there."""
        last = self.rows[-1].no if self.rows else ""
        await self._read_again()
        if last and last not in [row.no for row in self.rows] and len(self.rows) < self.MOST_SHOWN:
            await self.show_more()

    @rx.event
    async def deliver(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{no, codes}: one code a line, as many as pieces are left."""
        no, codes = self._field(form, "no"), all_lines(self._field(form, "codes"))
        result = await self._act(deliver_manually, no, codes=codes, seen=self._seen.get(no, 0))
        return await self._told(no, result)

    @rx.event
    async def receive(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{no, text, pictures}: the receipt of an order whose account was topped up."""
        told = self._fields(form, "no", "text", "pictures")
        no = told.pop("no")
        result = await self._act(give_receipt, no, **told, seen=self._seen.get(no, 0))
        return await self._told(no, result)

    @rx.event
    async def begin(self, no: str) -> rx.event.EventSpec:
        """The shop works on this order from now on."""
        result = await self._act(begin_work, no)
        await self.refresh()
        return self._said(result, "begin.done")

    @rx.event
    async def saw(self, no: str, edition: int) -> None:
        """The browser shows this edition of the answers of a listed order: it is delivered by them."""
        if type(edition) is int and no in [row.no for row in self.rows]:
            self._seen = self._seen | {no: edition}
        await self.refresh()

    async def _read_on(self, key: str) -> None:
        before = self.figures.instructions if key else {}
        found = await self._show(DeliveryDesk(), to_deliver, after=key)
        self._take(replace(found, instructions=before | found.instructions))
        self._seen = {row.no: row.edition for row in self.rows} | self._seen
        self.rows = [replace(row, corrected=self._seen[row.no] < row.edition) for row in self.rows]

    async def _told(self, no: str, result: object) -> rx.event.EventSpec | None:
        """What is wrong stands beside the fields of this order; all else that is refused is said."""
        if isinstance(result, Refused) and result.reason is Reason.changed:
            self._seen.pop(no, None)  # told, and shown by the refresh
        wrong, place = self._mark(no, result), self._place_of(no)
        await self.refresh()
        if isinstance(result, Refused):
            return None if wrong else self._said(result, "")
        self._go_on(no, place)
        return None

    def _mark(self, no: str, result: object = None) -> bool:
        """Show the errors of a refused form of this order, none of anything else."""
        wrong = bool(self._wrong(result))
        self.wrong_no, self.wrong_lines = (no if wrong else ""), wrong_lines_of(result)
        return wrong

    def _place_of(self, no: str) -> int:
        return next((place for place, row in enumerate(self.rows) if row.no == no), 0)

    def _go_on(self, no: str, place: int) -> None:
        """This order is delivered: the one that stands in its place now is opened, else the first."""
        following = [*self.rows[place:], *self.rows[:1]]
        self.done_no, self.open_no = no, next((row.no for row in following), "")
        self.turn += 1
