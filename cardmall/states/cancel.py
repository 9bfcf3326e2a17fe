"""The form of a request or a return; when its way is closed the page itself says why and where to go (R16, R35)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters.workdays import work_calendar
from cardmall.domain.terms import Reason, Refused, Role, Way
from cardmall.queries.order import OrderView, WayView, order_view
from cardmall.services.cases import request_cancellation
from cardmall.services.forms import KIND
from cardmall.states.page import Page

NO_WAY = WayView("", False, "", "", None, False, 0, 0, 0)


class CancelState(Page, rx.State):
    """`way` is the form shown; `told` means that the order changed while it was being filled in."""

    view: OrderView = OrderView()
    way: str = Way.request.value
    decision: WayView = NO_WAY
    reason_error: str = ""
    text_error: str = ""
    told: bool = False
    missing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper)
        self.way = _way(self.router.url.query_parameters.get("way"))
        self._wrong({})
        self.view, self.told = OrderView(), False
        if actor:
            self._listen(CancelState.refresh, f"order:{self._arg()}")
        await self._reload()

    @rx.event
    async def refresh(self) -> None:
        """The order moved while its form is open: what was typed stays."""
        before = self.decision.is_open
        await self._reload()
        self.told = not self.decision.is_open and (self.told or before)

    @rx.event
    async def take(self, way: str) -> None:
        """Go on with the other form, prefilled with what was typed."""
        self.way, self.told = _way(way), False
        self._wrong({})
        await self._reload()

    @rx.event
    async def submit(self, form: dict[str, Any]) -> Any:
        """{reason, text}: opens the case, or says what is wrong beside the field."""
        reason, text = (_word(form, name) for name in ("reason", "text"))
        sent = await self._act(
            request_cancellation, self._arg(), way=self.way, reason=reason, text=text, calendar=work_calendar()
        )
        if not isinstance(sent, Refused):
            return [self._said(sent, f"cancel.sent.{self.way}"), rx.redirect(routes.order_url(self._arg()))]
        return await self._refused(sent)

    async def _refused(self, refused: Refused) -> rx.event.EventSpec | None:
        """A wrong field is told beside it; anything else is told aloud, too."""
        self._wrong(refused.fields)
        self.told = refused.reason is not Reason.invalid
        await self._reload()
        return self._said(refused, "") if self.told else None

    async def _reload(self) -> None:
        found = await self._look(order_view, self._arg(), calendar=work_calendar())
        self.missing, self.loaded = isinstance(found, Refused), True
        self.view = OrderView() if isinstance(found, Refused) else found
        self.decision = next((way for way in self.view.ways if way.way == self.way), NO_WAY)

    def _wrong(self, fields: dict[str, str]) -> None:
        self.reason_error, self.text_error = fields.get("reason", ""), fields.get("text", "")


def _way(value: object) -> str:
    """A way with a form; anything else is the request."""
    return value if isinstance(value, str) and value in {way.value for way in KIND} else Way.request.value


def _word(form: object, name: str) -> str:
    value = form.get(name) if isinstance(form, dict) else None
    return value if isinstance(value, str) else ""
