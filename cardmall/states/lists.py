"""Lists that grow page by page and are read again from the top when something moves."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.limits import PAGE_SIZE
from cardmall.states.page import Page

MOST = 5  # pages a live list reloads
MOST_ROWS = MOST * PAGE_SIZE


@dataclass(frozen=True)
class StageTab:
    """A tab of a list of orders; `stage` "" is all of them."""

    stage: str
    count: int
    url: str
    selected: bool


class Growing(Page, mixin=True):
    """A page with one list; its state brings `rows`, `figures` (the view without its rows) and `_read_on(key)`.
    `MOST_SHOWN`: it grows to so many rows and no further; 0: as long as there are any."""

    MOST_SHOWN: ClassVar = 0

    @rx.event
    async def refresh(self) -> None:
        """Something moved: as many rows as before, from the top."""
        await self._read_again()

    @rx.event
    async def show_more(self) -> None:
        """The next page, if there is one."""
        page: Any = self
        if page.figures.next_key and not 0 < self.MOST_SHOWN <= len(page.rows):
            await page._read_on(page.figures.next_key)

    async def _read_again(self) -> None:
        """Read as many rows as were shown before."""
        page: Any = self
        wanted, page.rows = len(page.rows), []
        await page._read_on("")
        for _ in range(MOST - 1):
            if not page.figures.next_key or len(page.rows) >= wanted:
                break
            await page._read_on(page.figures.next_key)

    def _take(self, found: Any) -> None:
        """Append the rows of `found`, the view of one page; empty the list where nothing may be seen."""
        page: Any = self
        page.rows = [] if self.missing else page.rows + found.rows
        page.figures = replace(found, rows=[])
