"""One order on paper (R34)."""

import reflex as rx

from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Refused
from cardmall.states.page import Page
from cardmall.views.shopper.printout import Printout, printout


class PrintState(Page, rx.State):
    sheet: Printout = Printout()
    missing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """As things stand now: paper does not change any more."""
        await self._enter()
        found = await self._look(printout, self._arg(), calendar=work_calendar())
        self.missing, self.loaded = isinstance(found, Refused), True
        self.sheet = Printout() if isinstance(found, Refused) else found
