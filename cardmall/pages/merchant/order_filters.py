"""Search and filters above a shop's list of orders; what few need is folded (R95)."""

from typing import Any

import reflex as rx

from cardmall.components.controls import WRONG_ABOVE, Child, button
from cardmall.components.forms import app_form, error_line, search_input, select
from cardmall.components.labels import channel_word, delivery_mode
from cardmall.components.text import t
from cardmall.domain.terms import Channel, DeliveryMode, FieldError
from cardmall.domain.typed import TAIL
from cardmall.states.merchant.orders import ShopOrdersState
from cardmall.states.periods import CUSTOM, PERIODS
from cardmall.views.merchant.order_filters import FREE, HELD

_ASKED = ShopOrdersState.asked
_SMALL = (
    "touch h-8 rounded-control border border-line bg-card px-3 text-sm hover:border-ink3 focus:border-ink "
    "aria-invalid:border-seal"
)
_NARROW = "max-sm:grow max-sm:basis-[40%] max-sm:[&>select]:w-full! sm:[&>select]:max-w-[200px]"


def order_filters() -> rx.Component:
    first = (_search(), _product(), _period())
    return rx.el.div(
        rx.el.div(*first, class_name="flex flex-wrap items-center gap-2 sm:gap-3"),
        rx.cond(_ASKED.period == CUSTOM, _dates()),
        _rest(),
        class_name="grid gap-2 px-4 sm:px-5 py-3.5",
    )


def _search() -> rx.Component:
    hint, asked = t("shop_orders.search_hint", digits=TAIL), _ASKED.q
    box = search_input(t("shop_orders.search"), hint=hint, class_name=_SMALL, default_value=asked, key=asked)
    return app_form(box, on_submit=ShopOrdersState.search, role="search", class_name="w-full sm:w-[330px]")


def _choice(name: str, value: Any, *options: rx.Component) -> rx.Component:
    """One of few, the first is all of them."""
    every = rx.el.option(t(f"shop_orders.every_{name}"), value="")
    box = select(
        name,
        every,
        *options,
        compact=True,
        value=value,
        on_change=ShopOrdersState.choose(name),
        aria_label=t(f"shop_orders.{name}"),
    )
    return rx.el.div(box, class_name=_NARROW)


def _product() -> rx.Component:
    each = rx.foreach(ShopOrdersState.products, lambda one: rx.el.option(one.name, value=one.slug))
    return _choice("product", _ASKED.product, each)


def _period() -> rx.Component:
    options = [
        rx.el.option(t("orders.all_time"), value=""),
        *[rx.el.option(t("orders.last_days", days=days), value=days) for days in PERIODS],
        rx.el.option(t("orders.custom"), value=CUSTOM),
    ]
    box = select(
        "period",
        *options,
        compact=True,
        value=_ASKED.period,
        on_change=ShopOrdersState.choose_period,
        aria_label=t("orders.period"),
    )
    return rx.el.div(box, class_name=_NARROW)


def _dates() -> rx.Component:
    """From and to, when no preset fits."""
    boxes = [_date("since", t("orders.since"), _ASKED.since), _date("until", t("orders.until"), _ASKED.until)]
    go = button(t("orders.show"), type="submit", size="sm")
    row = rx.el.div(*boxes, go, class_name=f"flex flex-wrap items-center gap-x-3 gap-y-2 {WRONG_ABOVE}")
    wrong = rx.cond(ShopOrdersState.days_error != "", t("shop_orders.days_crossed"), "")
    told = rx.el.p(wrong, id="days-error", class_name="text-sm text-seal mt-1 empty:hidden")
    return app_form(row, told, on_submit=ShopOrdersState.choose_dates)


def _date(name: str, label: Child, value: Any) -> rx.Component:
    box = rx.el.input(
        type="date",
        name=name,
        default_value=value,
        key=value,
        aria_invalid=ShopOrdersState.days_error != "",
        aria_describedby="days-error",
        class_name=_SMALL,
    )
    return rx.el.label(label, box, class_name="flex items-center gap-2 text-sm text-ink2")


def _rest() -> rx.Component:
    head = rx.el.summary(
        t("shop_orders.more"),
        rx.icon("chevron-down", size=14, class_name="transition-transform duration-150 group-open:rotate-180"),
        class_name="touch inline-flex items-center gap-1 text-sm text-ink2 hover:text-ink",
    )
    modes = [rx.el.option(delivery_mode(one.value), value=one.value) for one in DeliveryMode]
    channels = [rx.el.option(channel_word(one.value), value=one.value) for one in Channel]
    held = [rx.el.option(t(f"shop_orders.held_{value}"), value=value) for value in (HELD, FREE)]
    choices = [
        _choice("mode", _ASKED.mode, *modes),
        _choice("channel", _ASKED.channel, *channels),
        _choice("held", _ASKED.held, *held),
    ]
    inside = rx.el.div(*choices, _amounts(), class_name="flex flex-wrap items-start gap-2 sm:gap-3 mt-1.5")
    wanted = _ASKED.more | (ShopOrdersState.amount_error != "")
    return rx.el.details(head, inside, open=wanted, class_name="group")


def _amounts() -> rx.Component:
    bounds = [_bound(name, value) for name, value in (("least", _ASKED.least), ("most", _ASKED.most))]
    go = button(t("orders.show"), type="submit", size="sm")
    dash = rx.el.span("–", aria_hidden="true")
    row = rx.el.div(bounds[0], dash, bounds[1], go, class_name=f"flex flex-wrap items-center gap-2 {WRONG_ABOVE}")
    crossed = ShopOrdersState.amount_error == FieldError.out_of_range.value
    order = rx.el.p(t("shop_orders.amounts_crossed"), id="amount-error", class_name="text-sm text-seal mt-1")
    told = rx.cond(crossed, order, error_line("amount", ShopOrdersState.amount_error))
    return app_form(row, told, on_submit=ShopOrdersState.choose_amount, aria_label=t("shop_orders.amount"))


def _bound(name: str, value: Any) -> rx.Component:
    return rx.el.input(
        name=name,
        default_value=value,
        placeholder=t(f"shop_orders.{name}"),
        aria_label=t(f"shop_orders.{name}_label"),
        aria_invalid=ShopOrdersState.amount_error != "",
        aria_describedby="amount-error",
        input_mode="decimal",
        max_length=16,
        key=f"{name}-{value}",
        class_name=f"{_SMALL} w-28",
    )
