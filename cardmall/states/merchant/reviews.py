"""The merchant's review queue: the nearest deadline first, live; one approval at a time, or several (R42)."""

import logging
from dataclasses import replace

import reflex as rx

from cardmall import locales
from cardmall.domain.limits import APPROVE_AT_ONCE
from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import shop_topic
from cardmall.reads.look import Look
from cardmall.services.case.answers import approve_case
from cardmall.states.lists import Growing
from cardmall.states.session import saying
from cardmall.views.merchant.reviews import Queue, QueueRow, review_queue
from cardmall.views.merchant.transfers import TransferRow, shop_transfers

log = logging.getLogger(__name__)


def _whole(look: Look, *, after: str) -> tuple[Queue, list[TransferRow]]:
    """A page of the queue, and the offers that wait besides."""
    return review_queue(look, after=after), shop_transfers(look)


class ReviewsState(Growing, rx.State):
    """`figures` is the queue without its rows; `asked` the row whose approval waits for a yes.

    `picked`: numbers of rows shown and ticked, of the `pickable` ones; `asking_many`: their approval waits for a yes.
    `transfers`: offers the shop has not answered.
    """

    figures: Queue = Queue()
    rows: list[QueueRow] = []
    elsewhere: list[QueueRow] = []
    transfers: list[TransferRow] = []
    asked: QueueRow | None = None
    picked: list[str] = []
    pickable: int = 0
    picked_amount: int = 0
    asking_many: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.figures, self.rows, self.elsewhere, self.asked, self.loaded = (
            Queue(),
            self._kept(self.rows),
            [],
            None,
            False,
        )
        self.transfers = []
        self._pick([])
        if actor:
            self._listen(ReviewsState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened in the shop: as many rows as before, from the top; ticks stay on those still there."""
        await self._read_again()
        self._pick(self.picked)

    @rx.event
    def ask(self, no: str) -> None:
        """Approve this one? The dialog names the amount."""
        self.asked = next((row for row in self._pickable() if row.no == no), None)

    @rx.event
    def dismiss(self) -> None:
        self.asked, self.asking_many = None, False

    @rx.event
    async def approve(self) -> rx.event.EventSpec | None:
        """The yes of the dialog."""
        if self.asked is None:
            return None
        result = await self._act(approve_case, self.asked.no)
        self.asked = None
        await self.refresh()
        return self._said(result, "merchant.approved")

    @rx.event
    def pick(self, no: str) -> None:
        """Tick a row, or untick it."""
        self._pick([one for one in self.picked if one != no] if no in self.picked else [*self.picked, no])

    @rx.event
    def pick_all(self) -> None:
        """As many as one press may approve, the nearest deadlines first; when all are ticked, none."""
        most = min(self.pickable, APPROVE_AT_ONCE)
        self._pick([] if len(self.picked) == most else [row.no for row in self.rows])

    @rx.event
    def ask_many(self) -> None:
        """Approve all that are ticked? The dialog names how many and the sum."""
        self.asking_many = bool(self.picked)

    @rx.event
    async def approve_many(self) -> rx.event.EventSpec | None:
        """The yes of that dialog: each in a transaction of its own, so that one refused stops no other."""
        rows = [row for row in self.rows if row.no in self.picked]
        results = [(row, await self._approve(row.no)) for row in rows]
        self._pick([])
        await self.refresh()
        return self._told([(row, wrong) for row, wrong in results if wrong], len(results)) if results else None

    async def _approve(self, no: str) -> Exception | None:
        """None, or why it was not done: a refusal, or our own fault, which the log has."""
        try:
            result = await self._act(approve_case, no)
        except Exception as fault:
            log.exception("approving one of several failed")
            return fault
        return result if isinstance(result, Refused) else None

    def _told(self, wrong: list[tuple[QueueRow, Exception]], asked: int) -> rx.event.EventSpec:
        """How many were done, and which were not, with the reason of each."""
        if not wrong:
            return saying("success", self._text("merchant.many.done", n=asked))
        lines = [f"{row.order_no} {self._text(_why(one))}" for row, one in wrong]
        said = self._text("merchant.many.partly", done=asked - len(wrong), left=len(wrong))
        return saying("warning", said, " · ".join(lines), 20)

    def _pick(self, numbers: list[str]) -> None:
        """Only rows that are shown, no more than one press may approve."""
        kept = [row for row in self._pickable() if row.no in numbers][:APPROVE_AT_ONCE]
        self.picked, self.picked_amount = [row.no for row in kept], sum(row.amount for row in kept)
        self.asking_many = self.asking_many and bool(kept)

    def _pickable(self) -> list[QueueRow]:
        """Rows that one press may approve."""
        return [row for row in self.rows if row.may_approve]

    async def _read_on(self, key: str) -> None:
        found, self.transfers = await self._show((Queue(), []), _whole, after=key)
        self._take(found)
        self.pickable = len(self._pickable())
        self.figures, self.elsewhere = replace(self.figures, elsewhere=[]), self.figures.elsewhere


def _why(wrong: Exception) -> str:
    """The key of the state found instead, of the refusal, or of our own fault."""
    if not isinstance(wrong, Refused):
        return "merchant.many.fault"
    status = f"labels.case_status.{wrong.status}"
    texts = locales.keys()
    return status if status in texts else f"refused.{wrong.reason}"
