"""The admins' desk: appeals by deadline, each taken by one admin or none; then what else waits (R62, R65)."""

from dataclasses import replace

import reflex as rx

from cardmall.domain.terms import Refused, Role
from cardmall.services.case.rulings import take_case
from cardmall.states.page import Page
from cardmall.views.admin.desk import AppealQueue, AppealRow, appeal_queue
from cardmall.views.admin.waiting import DeskRow, desk

_MOST = 5  # pages a live queue reloads


class DeskState(Page, rx.State):
    """`figures` is the queue without its rows; `rows` what waits besides appeals."""

    figures: AppealQueue = AppealQueue()
    appeals: list[AppealRow] = []
    rows: list[DeskRow] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.figures, self.appeals, self.rows, self.loaded = AppealQueue(), [], [], False
        if actor:
            self._listen(DeskState.refresh, "orders")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened to any order: as many appeals as before, from the top."""
        wanted, self.appeals = len(self.appeals), []
        await self._read_on("")
        for _ in range(_MOST - 1):
            if not self.figures.next_key or len(self.appeals) >= wanted:
                break
            await self._read_on(self.figures.next_key)
        found = await self._look(desk)
        self.rows = [] if isinstance(found, Refused) else found
        self.loaded = True

    @rx.event
    async def show_more(self) -> None:
        """The next page."""
        if self.figures.next_key:
            await self._read_on(self.figures.next_key)

    @rx.event
    async def take(self, no: str) -> rx.event.EventSpec:
        """接手: other admins see who has it."""
        result = await self._act(take_case, no)
        await self.refresh()
        return self._said(result, "ruling.taken")

    async def _read_on(self, key: str) -> None:
        found = await self._look(appeal_queue, after=key)
        queue = AppealQueue() if isinstance(found, Refused) else found
        self.appeals = self.appeals + queue.rows if not isinstance(found, Refused) else []
        self.figures = replace(queue, rows=[])
