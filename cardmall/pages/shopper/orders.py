"""My orders: tabs, filters, rows; every filter is in the URL (R8-R13)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions, link_button
from cardmall.components.feedback import empty, list_skeleton
from cardmall.components.forms import app_form, search_input, select
from cardmall.components.labels import category, stage
from cardmall.components.order_row import order_card
from cardmall.components.surface import card, page_title, tab, tabs
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Category, Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.states.lists import StageTab
from cardmall.states.periods import CUSTOM, PERIODS
from cardmall.states.shopper.orders import OrdersState

_SMALL = "touch h-8 rounded-control border border-line bg-card px-3 text-sm hover:border-ink3 focus:border-ink"


def _page() -> rx.Component:
    listed = rx.fragment(_title(), _dates(), _tabs(), _list(), _pager(), _question())
    return shop_frame(
        guarded(rx.cond(OrdersState.loaded, listed, list_skeleton()), list_skeleton(), Role.shopper, keep=True),
        here="orders",
    )


def _title() -> rx.Component:
    order = rx.el.span(t("orders.newest_first"), class_name="text-sm text-ink2")
    filters = rx.el.div(_search(), _category(), _period(), class_name="flex flex-wrap items-center gap-2 sm:gap-3")
    return page_title(t("frame.orders"), order, aside=filters)


def _search() -> rx.Component:
    asked = OrdersState.asked.q
    box = search_input(t("orders.search"), class_name=_SMALL, default_value=asked, key=asked)
    look = "w-full sm:w-[220px]"
    return app_form(box, on_submit=OrdersState.search, role="search", class_name=look)


def _category() -> rx.Component:
    every = rx.el.option(t("orders.every_category"), value="")
    each = [rx.el.option(category(one.value), value=one.value) for one in Category]
    return select(
        "category",
        every,
        *each,
        compact=True,
        value=OrdersState.asked.category,
        on_change=OrdersState.choose_category,
        aria_label=t("orders.category"),
    )


def _period() -> rx.Component:
    options = [
        rx.el.option(t("orders.all_time"), value=""),
        *[rx.el.option(t("orders.last_days", days=days), value=days) for days in PERIODS],
        rx.el.option(t("orders.custom"), value=CUSTOM),
    ]
    return select(
        "period",
        *options,
        compact=True,
        value=OrdersState.asked.period,
        on_change=OrdersState.choose_period,
        aria_label=t("orders.period"),
    )


def _dates() -> rx.Component:
    """From and to, when no preset fits."""
    asked = OrdersState.asked
    form = app_form(
        _date("since", t("orders.since"), asked.since),
        _date("until", t("orders.until"), asked.until),
        button(t("orders.show"), type="submit", size="sm"),
        on_submit=OrdersState.choose_dates,
        class_name="flex flex-wrap items-center sm:justify-end gap-x-3 gap-y-2 mb-3",
    )
    return rx.cond(asked.period == CUSTOM, form)


def _date(name: str, label: rx.Var, value: rx.Var | str) -> rx.Component:
    box = rx.el.input(type="date", name=name, default_value=value, key=value, class_name=_SMALL)
    return rx.el.label(label, box, class_name="flex items-center gap-2 text-sm text-ink2")


def _tabs() -> rx.Component:
    return tabs(rx.foreach(OrdersState.tabs, _tab), label=t("orders.tabs"))


def _tab(one: rx.vars.ObjectVar[StageTab]) -> rx.Component:
    words = rx.cond(one.stage == "", stage("all"), stage(one.stage))
    return tab(words, one.count, href=one.url, selected=one.selected)


def _list() -> rx.Component:
    rows = rx.foreach(
        OrdersState.rows, lambda row: order_card(row, ask_cancel=OrdersState.ask_cancel, on_end=OrdersState.refresh)
    )
    some = card(rx.el.ul(rows, class_name="[&>li+li]:border-t [&>li+li]:border-line2"), class_name="overflow-hidden")
    return rx.cond(length(OrdersState.rows) > 0, some, card(_empty()))


def _empty() -> rx.Component:
    clear = link_button(t("orders.clear"), href=routes.ORDERS, kind="outline", size="lg")
    shop = link_button(t("orders.to_shop"), href=routes.HOME, kind="outline", size="lg")
    return rx.cond(
        OrdersState.asked.any,
        empty("search-x", t("orders.nothing_fits"), t("orders.nothing_fits_line"), clear),
        empty("receipt-text", t("orders.none"), t("orders.none_line"), shop),
    )


def _pager() -> rx.Component:
    newer = link_button(t("kit.previous"), href=OrdersState.prev_url, rel="prev")
    older = link_button(t("kit.next"), href=OrdersState.next_url, rel="next")
    return rx.el.nav(
        rx.cond(OrdersState.prev_url != "", newer),
        rx.cond(OrdersState.next_url != "", older),
        aria_label=t("orders.pages"),
        class_name="flex justify-center gap-3 mt-4 empty:hidden",
    )


def _question() -> rx.Component:
    """Canceling cannot be taken back: one question before."""
    line = rx.cond(OrdersState.doubtful_paid, t("orders.cancel_paid"), t("orders.cancel_unpaid"))
    yes = button(t("orders.cancel_yes"), kind="seal", size="lg", on_click=OrdersState.cancel)
    return dialog(
        rx.el.p(line),
        rx.el.p(t("orders.number"), " ", OrdersState.doubtful, class_name="text-sm text-ink2 mt-1"),
        dialog_actions(yes, OrdersState.keep, t("orders.cancel_no")),
        title=t("orders.cancel_title"),
        is_open=OrdersState.doubtful != "",
        on_close=OrdersState.keep,
        name="cancel-order",
    )


PAGE = {
    "title": t("frame.orders"),
    "component": _page,
    "route": routes.ORDERS,
    "on_load": OrdersState.load,
}
