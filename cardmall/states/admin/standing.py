"""What the admins' lists of shops and of accounts share: search, and one decision behind a question."""

from collections.abc import Callable
from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Role
from cardmall.domain.topics import Topic
from cardmall.states.lists import MOST, Growing


class StandingList(Growing, mixin=True):
    """`figures` is the page without its rows; `asked` who the open question is about. The state brings both,
    `rows`, `ask` and `decide`.

    KIND: person or shop, as in the texts; TOPIC moves with any of them; PAGE and ROW make an empty view and row.
    """

    KIND: ClassVar[str] = ""
    TOPIC: ClassVar[Topic]
    PAGE: ClassVar[Any] = None
    ROW: ClassVar[Any] = None
    text: str = ""
    text_error: str = ""

    @rx.event
    async def load(self) -> None:
        page: Any = self
        actor = await self._enter(Role.admin)
        page.figures, page.rows, page.text, page.loaded = self.PAGE(), self._kept(page.rows), "", False
        self._ask(None)
        if actor:
            self._listen(type(self).refresh, self.TOPIC)
        await page.refresh()

    @rx.event
    async def refresh(self) -> None:
        """One of them was disabled or enabled, or the clock moved: as many rows as before."""
        page: Any = self
        size, page.rows = min(max(len(page.rows), PAGE_SIZE), MOST * PAGE_SIZE), []
        await page._read_on(0, size)

    @rx.event
    async def search(self, form: dict[str, Any]) -> None:
        """{q}: the list from its first page."""
        page: Any = self
        page.text, page.rows = self._field(form, "q"), []
        await page.refresh()

    @rx.event
    def dismiss(self) -> None:
        self._ask(None)

    def _ask(self, row: Any) -> None:
        """Open the question about this row; None closes it."""
        page: Any = self
        page.asked, page.text_error = row or self.ROW(), ""

    async def _decide(
        self, disable: Callable[..., Any], enable: Callable[..., Any], subject: object, form: object
    ) -> rx.event.EventSpec | None:
        """{text}: disable who the question is about, or enable the disabled."""
        page: Any = self
        enabling = page.asked.disabled_at is not None
        result = await self._act(enable if enabling else disable, subject, reason=self._field(form, "text"))
        if self._wrong(result).get("text"):
            return None
        self._ask(None)
        await page.refresh()
        return self._said(result, f"standing.{self.KIND}_{'enabled' if enabling else 'disabled'}")
