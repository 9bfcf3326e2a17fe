"""One case on the merchant's desk: approve, or reject with a coded reason (R50, R51)."""

from typing import Any

import reflex as rx

from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Refused, Role
from cardmall.queries.shop import ShopCase, shop_case
from cardmall.services.answers import approve_case, reject_case
from cardmall.states.page import Page


class MerchantCaseState(Page, rx.State):
    """`asking`: the approval waits for its yes. Typed text lives in the page, so it stays when something is wrong."""

    view: ShopCase = ShopCase()
    asking: bool = False
    reason_error: str = ""
    text_error: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.view, self.asking, self.loaded = ShopCase(), False, False
        self.reason_error, self.text_error = "", ""
        if actor:
            self._listen(MerchantCaseState.refresh, f"shop:{actor.shop_id}")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened in the shop, or the clock moved."""
        found = await self._look(shop_case, self._no(), calendar=work_calendar())
        self.view = ShopCase() if isinstance(found, Refused) else found
        self.loaded = True

    @rx.event
    def ask(self) -> None:
        self.asking = True

    @rx.event
    def dismiss(self) -> None:
        self.asking = False

    @rx.event
    async def approve(self) -> rx.event.EventSpec:
        """The yes of the dialog."""
        result = await self._act(approve_case, self._no(), calendar=work_calendar())
        self.asking = False
        await self.refresh()
        return self._said(result, "merchant.approved")

    @rx.event
    async def reject(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{reason, text}: what is wrong is said beside its field."""
        typed = form if isinstance(form, dict) else {}
        result = await self._act(reject_case, self._no(), reason=typed.get("reason"), text=typed.get("text"))
        wrong = result.fields if isinstance(result, Refused) else {}
        self.reason_error, self.text_error = str(wrong.get("reason", "")), str(wrong.get("text", ""))
        await self.refresh()
        return None if wrong else self._said(result, "merchant.rejected")

    def _no(self) -> str:
        """The last part of the path: client input, like any argument."""
        return self.router.url.path.rstrip("/").rpartition("/")[2]
