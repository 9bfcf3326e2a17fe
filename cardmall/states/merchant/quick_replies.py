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
        """After the page around it, which says who is here, and listens for this one."""
        if not await self._stood():
            self.close()
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """The list; what stands in the form stays."""
        self.rows = await self._show([], quick_replies)

    @rx.event
    async def keep(self) -> None:
        """Open the form, with a new one."""
        await self.refresh()
        self._begin(NEW)
        self.keeping = True

    @rx.event
    def edit(self, key: str) -> None:
        """The form with one of the list."""
        self._begin(self._row(key))

    @rx.event
    def close(self) -> None:
        """Close the form."""
        self.keeping = False
        self._begin(NEW)

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{title, text}: keep a new one, or change the one of the form."""
        began_with = self.edited.title, self.edited.text
        told = self._fields(form, "title", "text")
        result = await self._act(save_quick_reply, self.edited.key, seen=began_with, **told)
        return None if self._wrong(result) else await self._done(result, "quick.saved", ends=True)

    @rx.event
    async def delete(self, key: str) -> rx.event.EventSpec:
        """The yes: keep one of the list no longer."""
        result = await self._act(delete_quick_reply, key)
        return await self._done(result, "quick.deleted", ends=key == self.edited.key)

    async def _done(self, result: object, said: str, *, ends: bool) -> rx.event.EventSpec:
        """`ends`: the form is done with. Refused, it stays: a second press saves it over what is shown."""
        await self.refresh()
        if isinstance(result, Refused):
            self.edited = self._row(self.edited.key)
        elif ends:
            self._begin(NEW)
        return self._said(result, said)

    def _row(self, key: str) -> QuickReplyRow:
        """The one of the list; a new one where there is none."""
        return next((row for row in self.rows if row.key == key), NEW)

    def _begin(self, row: QuickReplyRow) -> None:
        self.edited, self.saved = row, self.saved + 1
        self._wrong()
