"""The quick replies beside the open conversation, and the form that keeps them."""

from typing import Any

import reflex as rx

from cardmall.domain.terms import Refused
from cardmall.services.talk.quick_replies import delete_quick_reply, save_quick_reply
from cardmall.states.page import Page
from cardmall.views.merchant.quick_replies import QuickReplyRow, quick_replies

NEW = QuickReplyRow()


class QuickRepliesState(Page, rx.State):
    """`edited`: what the form began with, of no key for a new one; `saved` counts, so that the form begins anew."""

    rows: list[QuickReplyRow] = []
    keeping: bool = False
    edited: QuickReplyRow = NEW
    saved: int = 0
    title_error: str = ""
    text_error: str = ""

    @rx.event
    async def load(self) -> None:
        """After the page around it, which says who is here."""
        self.close()
        self.rows = await self._show([], quick_replies)

    @rx.event
    async def keep(self) -> None:
        """Open the form, with a new one."""
        self.rows = await self._show([], quick_replies)
        self._begin(NEW)
        self.keeping = True

    @rx.event
    def edit(self, key: str) -> None:
        """The form with one of the list."""
        self._begin(next((row for row in self.rows if row.key == key), NEW))

    @rx.event
    def close(self) -> None:
        """Close the form."""
        self.keeping = False
        self._begin(NEW)

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{title, text}: keep a new one, or change the one of the form."""
        result = await self._act(save_quick_reply, self.edited.key, **self._fields(form, "title", "text"))
        return None if self._wrong(result) else await self._done(result, "quick.saved")

    @rx.event
    async def delete(self, key: str) -> rx.event.EventSpec:
        """The yes: keep one of the list no longer."""
        return await self._done(await self._act(delete_quick_reply, key), "quick.deleted")

    async def _done(self, result: object, key: str) -> rx.event.EventSpec:
        if not isinstance(result, Refused):
            self._begin(NEW)
        self.rows = await self._show([], quick_replies)
        return self._said(result, key)

    def _begin(self, row: QuickReplyRow) -> None:
        self.edited, self.saved = row, self.saved + 1
        self._wrong()
