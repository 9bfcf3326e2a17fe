"""The admins' desk: appeals by deadline, each taken by one admin or none; then what else waits (R62, R65)."""

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import ORDERS
from cardmall.reads.look import Look
from cardmall.services.case.rulings import take_case
from cardmall.states.lists import Growing
from cardmall.views.admin.desk import AppealQueue, AppealRow, appeal_queue
from cardmall.views.admin.waiting import DeskRow, desk


def _whole(look: Look, *, after: str) -> tuple[AppealQueue, list[DeskRow]]:
    """A page of appeals, and what waits besides."""
    return appeal_queue(look, after=after), desk(look)


class DeskState(Growing, rx.State):
    """`figures` is the queue without its rows; `others` what waits besides appeals."""

    figures: AppealQueue = AppealQueue()
    rows: list[AppealRow] = []
    others: list[DeskRow] = []

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.figures, self.rows, self.others, self.loaded = AppealQueue(), self._kept(self.rows), [], False
        if actor:
            self._listen(DeskState.refresh, ORDERS)
        await self.refresh()

    @rx.event
    async def take(self, no: str) -> rx.event.EventSpec:
        """接手: other admins see who has it."""
        result = await self._act(take_case, no)
        await self.refresh()
        return self._said(result, "ruling.taken")

    async def _read_on(self, key: str) -> None:
        found, self.others = await self._show((AppealQueue(), []), _whole, after=key)
        self._take(found)
