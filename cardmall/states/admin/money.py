"""The books of the whole house, live (R3)."""

import reflex as rx

from cardmall.components.controls import server_url
from cardmall.domain.terms import Role
from cardmall.domain.topics import BOOKS, ORDERS
from cardmall.routes import JOURNAL_FILE
from cardmall.states.page import Page
from cardmall.views.admin.money import TrialBalance, trial


class BooksState(Page, rx.State):
    view: TrialBalance = TrialBalance()
    file_url: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.view, self.loaded = TrialBalance(), False
        if actor:
            self._listen(BooksState.refresh, ORDERS, BOOKS)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Money moved somewhere, or the clock did."""
        self.view = await self._show(TrialBalance(), trial)
        self.file_url = server_url(JOURNAL_FILE)
