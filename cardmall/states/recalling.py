"""A form that recalls a batch or named cards of a product: it says what the press would touch, then presses."""

import hashlib
import json
from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.terms import Refused
from cardmall.reads.recalls import RecallEffect
from cardmall.services.shop.recalling import press_recall, preview_recall, retry_recall
from cardmall.states.page import Page

NO_EFFECT = RecallEffect()
_FIELDS = ("reason", "words", "remedy", "looked", "codes")
_TOLD = (*_FIELDS, "batch")  # beside which something can be wrong


class Recalling(Page, mixin=True):
    """`recalling`: the form is open, for the batch `recalled_batch` or, without one, for codes typed in it, which are
    never kept here. `recall_effect` is shown while the form still says what it was counted for (`previewed`)."""

    recalling: bool = False
    recalled_batch: str = ""
    recall_effect: RecallEffect = NO_EFFECT
    previewed: bool = False
    reason_error: str = ""
    words_error: str = ""
    remedy_error: str = ""
    looked_error: str = ""
    codes_error: str = ""
    batch_error: str = ""
    _counted: str = ""
    RECALLED: ClassVar = "stock.recall.pressed"

    @rx.event
    def begin_recall(self, batch: str) -> None:
        """Open the form for a batch, or for typed codes without one."""
        self._open_recall(str(batch))

    @rx.event
    def leave_recall(self) -> None:
        """Close the form; nothing was done."""
        self._close_recall()

    @rx.event
    async def recall(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{reason, words, remedy, looked, codes, counted}: the first press counts what it touches, the same again does
        it; `counted` stands in the form once that is shown, so that a double click reads nothing as a yes."""
        told = self._fields(form, *_FIELDS) | {"batch": self.recalled_batch}
        mark = hashlib.blake2b(json.dumps(told).encode()).hexdigest()
        if mark != self._counted or not self._field(form, "counted"):
            return self._shown(await self._look(preview_recall, self._recalled_slug(), told), mark)
        result = await self._act(press_recall, self._recalled_slug(), told)
        if self._wrong(result, *_TOLD):
            return None
        self._close_recall()
        await self._after_recall()
        return self._said(result, self.RECALLED)

    @rx.event
    async def retry(self, key: str) -> rx.event.EventSpec:
        """What waits or failed of this recall is dealt with now."""
        result = await self._act(retry_recall, key)
        await self._after_recall()
        return self._said(result, "stock.recall.retried")

    def _shown(self, found: RecallEffect | Refused, mark: str) -> rx.event.EventSpec | None:
        """What the press would touch, or what is wrong."""
        self.previewed, self._counted, self.recall_effect = False, "", NO_EFFECT
        if self._wrong(found, *_TOLD):
            return None
        if isinstance(found, Refused):
            return self._said(found, self.RECALLED)
        self.recall_effect, self.previewed, self._counted = found, True, mark
        return None

    def _open_recall(self, batch: str) -> None:
        self._close_recall()
        self.recalling, self.recalled_batch = True, batch

    def _close_recall(self) -> None:
        self.recalling, self.recalled_batch, self.recall_effect = False, "", NO_EFFECT
        self.previewed, self._counted = False, ""
        self._wrong(None, *_TOLD)

    def _recalled_slug(self) -> str:
        """The product whose cards are recalled."""
        return self._arg()

    async def _after_recall(self) -> None:
        """Show what is true now."""
        page: Any = self
        await page.refresh()
