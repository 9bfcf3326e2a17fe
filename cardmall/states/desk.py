"""The admins' desk: what waits for them, oldest first (R62, R65)."""

import reflex as rx

from cardmall.domain.terms import Refused, Role
from cardmall.queries.support import DeskRow, desk
from cardmall.states.page import Page


class DeskState(Page, rx.State):
    rows: list[DeskRow] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.rows, self.loaded = [], False
        if actor:
            self._listen(DeskState.refresh, "orders")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened to any order."""
        found = await self._look(desk)
        self.rows = [] if isinstance(found, Refused) else found
        self.loaded = True
