"""The shop as a whole: an owner sets it away until a day, and opens it again."""

from typing import Any

import reflex as rx

from cardmall.domain.terms import Offer, Reason, Refused, Role
from cardmall.domain.topics import shop_topic
from cardmall.services.shop.away import AwaySeen, go_away, open_again
from cardmall.states.page import Page
from cardmall.views.merchant.shop import AwayAsked, ShopView, away_asked, shop_view

NOTHING = AwayAsked()


class ShopState(Page, rx.State):
    """`asked`: what waits for its yes. `saved` counts what was set, so that the form begins anew."""

    view: ShopView = ShopView()
    asked: AwayAsked = AwayAsked()
    saved: int = 0
    day_error: str = ""
    note_error: str = ""
    _seen: AwaySeen = (None, "")  # how the shop was when its owner was last told

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        stood = await self._stood()
        if not stood:
            self.asked, self.view, self.loaded = NOTHING, ShopView(), False
            self._wrong()
        if actor:
            self._listen(ShopState.refresh, shop_topic(actor.shop_id))
        await self.refresh()
        if not stood:
            self._seen = self._now()

    @rx.event
    async def refresh(self) -> None:
        """It was set away or opened, an order of it moved, or the clock did."""
        self.view = await self._show(ShopView(), shop_view)

    @rx.event
    async def ask(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{day, note}: what it would do, before anything happens. Who began when it was otherwise is told so first;
        the page shows how it is now, and what was typed stays."""
        self.asked = NOTHING
        await self.refresh()
        seen, self._seen = self._seen, self._now()
        if seen != self._seen:
            return self._said(Refused(Reason.changed, Offer.form), "")
        found = await self._look(away_asked, **self._fields(form, "day", "note"))
        wrong = self._wrong(found)
        if not isinstance(found, Refused):
            self.asked = found
            return None
        return None if wrong else self._said(found, "")

    @rx.event
    async def leave(self) -> rx.event.EventSpec | None:
        """The yes: no orders until that day."""
        asked, self.asked = self.asked, NOTHING
        if not asked.day:
            return None
        result = await self._act(go_away, day=asked.day, note=asked.note, seen=self._seen)
        return None if self._wrong(result) else await self._done(result, "shop.away_set")

    @rx.event
    def dismiss(self) -> None:
        """Close the question."""
        self.asked = NOTHING

    @rx.event
    async def reopen(self) -> rx.event.EventSpec:
        """Take orders again, before the day that was set."""
        return await self._done(await self._act(open_again), "shop.away_ended")

    async def _done(self, result: object, said: str) -> rx.event.EventSpec:
        await self.refresh()
        self._seen = self._now()
        self.saved += not isinstance(result, Refused)
        return self._said(result, said)

    def _now(self) -> AwaySeen:
        return self.view.back_at, self.view.note
