"""The shop's orders: filters and pages live in the URL, so back, reload and a sent link show the same (R95)."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters import clock
from cardmall.components.controls import server_url
from cardmall.domain.limits import SEARCH_LENGTH
from cardmall.domain.terms import Role
from cardmall.domain.topics import shop_topic
from cardmall.domain.typed import storable
from cardmall.states.lists import StageTab
from cardmall.states.page import Page
from cardmall.states.periods import CUSTOM, PERIODS, first_day, period_of
from cardmall.views.merchant.order_filters import DeskAsked, read_desk_asked
from cardmall.views.merchant.order_rows import ShopOrderRow
from cardmall.views.merchant.orders import ShopOrders, SoldProduct, shop_orders

CHOSEN = ("product", "mode", "channel", "held")  # filters that are one of few


@dataclass(frozen=True)
class ShownAsked:
    """The filters in force, as the controls show them. `more`: one of those that are folded is in force."""

    product: str = ""
    mode: str = ""
    channel: str = ""
    held: str = ""
    since: str = ""
    until: str = ""
    least: str = ""
    most: str = ""
    q: str = ""
    period: str = ""
    any: bool = False
    more: bool = False


class ShopOrdersState(Page, rx.State):
    """The errors are those of the amounts and the days in the address."""

    rows: list[ShopOrderRow] = []
    tabs: list[StageTab] = []
    products: list[SoldProduct] = []
    asked: ShownAsked = ShownAsked()
    next_url: str = ""
    prev_url: str = ""
    file_url: str = ""
    amount_error: str = ""
    days_error: str = ""
    custom: bool = False  # the two dates stand open

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        self.custom = self.custom and await self._stood()
        if actor:
            self._listen(ShopOrdersState.refresh, shop_topic(actor.shop_id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """The page of the URL, as things stand now."""
        asked = self._wanted()
        self._turn_to(asked, await self._show(ShopOrders(), shop_orders, asked))

    @rx.event
    def choose(self, name: str, value: str) -> rx.event.EventSpec | None:
        """One of CHOSEN, "" for all."""
        return rx.redirect(self._url(**{name: _typed(value)})) if name in CHOSEN else None

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
        return rx.redirect(self._url(**self._lines(form, "since", "until")))

    @rx.event
    def choose_amount(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """{least, most}: yuan; what is no amount stays typed, and says so."""
        return rx.redirect(self._url(**self._lines(form, "least", "most")))

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """{q}: a number or its end, the end of a buyer's number, or exactly what a buyer answered."""
        return rx.redirect(self._url(**self._lines(form, "q")))

    def _wanted(self) -> DeskAsked:
        return read_desk_asked(dict(self.router.url.query_parameters))

    def _lines(self, form: object, *names: str) -> dict[str, str]:
        return {name: _typed(value) for name, value in self._fields(form, *names).items()}

    def _turn_to(self, asked: DeskAsked, page: ShopOrders) -> None:
        stage = asked.stage.value if asked.stage else ""
        counts = {"": sum(page.counts.values())} | page.counts
        self.asked, self.rows, self.products = _shown(asked, self.custom), page.rows, page.products
        self.tabs = [StageTab(name, n, self._url(stage=name), name == stage) for name, n in counts.items()]
        self.next_url = self._url(after=page.next_key) if page.next_key else ""
        self.prev_url = self._url(before=page.prev_key) if page.prev_key else ""
        self.file_url = server_url(routes.shop_orders_url(file=True, **asked.query()))
        self.amount_error, self.days_error = asked.amount_error(), asked.days_error()

    def _url(self, **changed: str) -> str:
        """The same filters with these changed, from the first page unless a place is named."""
        return routes.shop_orders_url(file=False, **{**self._wanted().query(), **changed})


def _shown(asked: DeskAsked, custom: bool) -> ShownAsked:
    told = asked.query()
    stage, period = told.pop("stage", ""), period_of(asked.since, asked.until, clock.now())
    period = CUSTOM if custom and not period else period
    folded = any(told.get(name) for name in ("mode", "channel", "held", "least", "most"))
    return ShownAsked(**told, period=period, any=bool(stage or told), more=folded)


def _typed(value: Any) -> str:
    return storable(value).strip()[:SEARCH_LENGTH] if isinstance(value, str) else ""
