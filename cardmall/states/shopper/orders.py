"""A shopper's orders: filters and pages live in the URL, so back, reload and a sent link show the same (R9-R13)."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters import clock
from cardmall.domain.terms import Role
from cardmall.domain.topics import person_topic
from cardmall.services.order.orders import cancel_now
from cardmall.states.lists import StageTab
from cardmall.states.page import Page
from cardmall.states.periods import CUSTOM, PERIODS, first_day, period_of
from cardmall.views.shopper.orders import Filters, OrderPage, TabCount, orders_page, read_filters
from cardmall.views.shopper.rows import OrderRow


@dataclass(frozen=True)
class ShownFilters:
    """The filters in force, as the controls show them."""

    category: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    period: str = ""
    any: bool = False


class OrdersState(Page, rx.State):
    rows: list[OrderRow] = []
    tabs: list[StageTab] = []
    asked: ShownFilters = ShownFilters()
    next_url: str = ""
    prev_url: str = ""
    doubtful: str = ""  # number of the order whose canceling waits for a yes
    doubtful_paid: bool = False
    custom: bool = False  # the two dates stand open

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper)
        self.doubtful, self.custom = "", False
        if actor:
            self._listen(OrdersState.refresh, person_topic(actor.id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """The page of the URL, as things stand now."""
        filters = read_filters(dict(self.router.url.query_parameters))
        self._turn_to(filters, await self._show(OrderPage(), orders_page, filters))

    @rx.event
    def choose_category(self, value: str) -> rx.event.EventSpec:
        return rx.redirect(self._url(category=_word(value)))

    @rx.event
    def choose_period(self, value: str) -> rx.event.EventSpec | None:
        """One of PERIODS, "" for all time; CUSTOM opens the two dates."""
        if value == CUSTOM:
            self.asked, self.custom = replace(self.asked, period=CUSTOM), True
            return None
        days = int(value) if value in PERIODS else 0
        return rx.redirect(self._url(since=first_day(clock.now(), days).isoformat() if days else "", until=""))

    @rx.event
    def choose_dates(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """{since, until}"""
        given = self._fields(form, "since", "until")
        return rx.redirect(self._url(**{name: _word(value) for name, value in given.items()}))

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """{q}: an order number or a name."""
        return rx.redirect(self._url(q=_word(self._field(form, "q"))))

    @rx.event
    def ask_cancel(self, no: str) -> None:
        """Is this meant? Only an order of this list can be asked about."""
        row = next((row for row in self.rows if row.no == no), None)
        self.doubtful, self.doubtful_paid = (row.no, row.action != "pay") if row else ("", False)

    @rx.event
    def keep(self) -> None:
        self.doubtful = ""

    @rx.event
    async def cancel(self) -> rx.event.EventSpec | None:
        """The yes to ask_cancel."""
        no, self.doubtful = self.doubtful, ""
        if not no:
            return None
        result = await self._act(cancel_now, no)
        await self.refresh()
        return self._said(result, "orders.canceled")

    def _turn_to(self, filters: Filters, page: OrderPage) -> None:
        self.asked, self.rows = _asked(filters, custom=self.custom), page.rows
        stage = filters.stage.value if filters.stage else ""
        self.tabs = [self._tab(tab, stage) for tab in page.tabs]
        self.next_url = self._url(after=page.next_key) if page.next_key else ""
        self.prev_url = self._url(before=page.prev_key) if page.prev_key else ""

    def _tab(self, tab: TabCount, stage: str) -> StageTab:
        return StageTab(tab.stage, tab.count, self._url(stage=tab.stage), tab.stage == stage)

    def _url(self, **changed: str) -> str:
        """The same filters with these changed, from the first page unless a place is named."""
        return routes.orders_url(**{**_known(_filters_of(self)), **changed})


def _filters_of(state: rx.State) -> Filters:
    return read_filters(dict(state.router.url.query_parameters))


def _known(filters: Filters) -> dict[str, str]:
    """The filters that were understood, as a URL writes them; the place in the list is left out."""
    return {
        "stage": filters.stage.value if filters.stage else "",
        "category": filters.category.value if filters.category else "",
        "since": filters.since.isoformat() if filters.since else "",
        "until": filters.until.isoformat() if filters.until else "",
        "q": filters.text,
    }


def _asked(filters: Filters, *, custom: bool) -> ShownFilters:
    known = _known(filters)
    period = period_of(filters.since, filters.until, clock.now()) or (CUSTOM if custom else "")
    stage = known.pop("stage")
    return ShownFilters(**known, period=period, any=bool(stage) or any(known.values()))


def _word(value: Any) -> str:
    return value.strip()[:64] if isinstance(value, str) else ""
