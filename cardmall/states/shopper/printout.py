"""One order on paper (R34)."""

import reflex as rx

from cardmall.states.page import Page
from cardmall.views.shopper.printout import Printout, printout


class PrintState(Page, rx.State):
    sheet: Printout = Printout()

    @rx.event
    async def load(self) -> None:
        """As things stand now: paper does not change any more."""
        await self._enter()
        self.sheet = await self._show(Printout(), printout, self._arg())
