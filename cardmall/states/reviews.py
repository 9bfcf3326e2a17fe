"""The merchant's review queue: the nearest deadline first, live (R42)."""

from dataclasses import replace

import reflex as rx

from cardmall.adapters.workdays import work_calendar
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Refused, Role
from cardmall.queries.shop import Queue, QueueRow, review_queue
from cardmall.services.answers import approve_case
from cardmall.states.page import Page

_MOST = 5  # pages a live queue reloads


class ReviewsState(Page, rx.State):
    """`figures` is the queue without its rows; `asked` the row whose approval waits for a yes."""

    figures: Queue = Queue()
    rows: list[QueueRow] = []
    asked: QueueRow | None = None
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.figures, self.rows, self.asked, self.loaded = Queue(), [], None, False
        if actor:
            self._listen(ReviewsState.refresh, f"shop:{actor.shop_id}")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened in the shop: as many rows as before, from the top."""
        wanted, self.rows = len(self.rows), []
        await self._read_on("")
        for _ in range(_MOST - 1):
            if not self.figures.next_key or len(self.rows) + PAGE_SIZE > wanted:
                break
            await self._read_on(self.figures.next_key)
        self.loaded = True

    @rx.event
    async def show_more(self) -> None:
        """The next page."""
        if self.figures.next_key:
            await self._read_on(self.figures.next_key)

    @rx.event
    def ask(self, no: str) -> None:
        """Approve this one? The dialog names the amount."""
        self.asked = next((row for row in self.rows if row.no == no), None)

    @rx.event
    def dismiss(self) -> None:
        self.asked = None

    @rx.event
    async def approve(self) -> rx.event.EventSpec | None:
        """The yes of the dialog."""
        if self.asked is None:
            return None
        result = await self._act(approve_case, self.asked.no, calendar=work_calendar())
        self.asked = None
        await self.refresh()
        return self._said(result, "merchant.approved")

    async def _read_on(self, key: str) -> None:
        found = await self._look(review_queue, after=key)
        queue = Queue() if isinstance(found, Refused) else found
        self.rows = self.rows + queue.rows if not isinstance(found, Refused) else []
        self.figures = replace(queue, rows=[])
