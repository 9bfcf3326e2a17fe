"""One order in a list: what it is, where it stands, the one thing to do now, and what else."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, button, link, link_button
from cardmall.components.format import full, money
from cardmall.components.labels import category
from cardmall.components.rows import action_words, hint_words, second_words, status_line, status_pill
from cardmall.components.surface import amount, cover, product_name
from cardmall.components.vars import choose

_QUIET = "touch inline-flex items-center text-sm text-ink2 hover:text-ink hover:underline underline-offset-2"
_GRID = (
    "grid gap-x-4 gap-y-2.5 px-4 py-3.5 md:px-[18px] items-center grid-cols-[52px_minmax(0,1fr)_auto] "
    "md:grid-cols-[52px_minmax(0,1fr)_100px_minmax(0,200px)_170px] "
    "lg:grid-cols-[52px_minmax(0,1fr)_120px_220px_190px]"
)


def order_card(row: Any, *, ask_cancel: Any, on_end: Any) -> rx.Component:
    """A row of views.shopper.rows.OrderRow. `ask_cancel(no)` asks first; `on_end` runs when a countdown is over."""
    url = routes.order_url(row.no)
    face = link(cover(row), href=url, custom_attrs={"tabIndex": -1, "aria-hidden": "true"})
    price = rx.el.span(amount(money(row.total)), class_name="max-md:hidden")
    stand = rx.el.div(
        status_pill(row.pill, row.tone),
        rx.el.div(status_line(row.line, on_end), class_name="text-sm text-ink2 mt-[3px]"),
        class_name="min-w-0 max-md:col-span-3",
    )
    cells = (face, _what(row, url), price, stand, _acts(row, url, ask_cancel))
    return rx.el.li(*cells, class_name=_GRID, key=row.no, data_order=row.no)


def _what(row: Any, url: Any) -> rx.Component:
    pieces = rx.cond(row.quantity > 1, rx.el.span(" × ", row.quantity, class_name="shrink-0 font-normal text-ink2"), "")
    name = link(
        product_name(row.product, pieces),
        href=url,
        class_name="font-semibold min-w-0 hover:underline",
        title=row.product,
    )
    price = rx.el.span(amount(money(row.total)), class_name="md:hidden ml-auto")
    number = rx.el.span(rx.el.span(" · ", class_name="max-sm:hidden"), row.no, class_name="max-sm:block")
    about = rx.el.div(
        category(row.category), " · ", rx.el.time(full(row.created_at)), number, class_name="text-sm text-ink2"
    )
    top = rx.el.div(name, price, class_name="flex gap-3")
    return rx.el.div(top, about, class_name="min-w-0 max-md:col-span-2")


def _acts(row: Any, url: Any, ask_cancel: Any) -> rx.Component:
    second = choose(
        row.second,
        (
            "cancel_now",
            rx.el.button(second_words("cancel_now"), type="button", on_click=ask_cancel(row.no), class_name=_QUIET),
        ),
        otherwise=rx.fragment(),
    )
    codes = link_button(second_words("reveal"), href=url + "#codes", kind="ink")
    look_at = rx.cond(row.second == "reveal", codes)
    hint = rx.cond(row.hint != "", rx.el.span(hint_words(row.hint), class_name="text-sm text-ink2"))
    look = (
        "flex flex-col items-end gap-x-3 gap-y-1 text-right "
        "max-md:col-span-3 max-md:flex-row-reverse max-md:flex-wrap max-md:items-center"
    )
    return rx.el.div(look_at, _first(row, url, ask_cancel), second, hint, class_name=look)


def _first(row: Any, url: Any, ask_cancel: Any) -> Child:
    words = action_words(row.action)
    way_url = routes.cancel_url(row.no) + "?way=" + row.action
    return choose(
        row.action,
        ("pay", link_button(words, href=routes.checkout_url(row.no), kind="ink")),
        ("cancel_now", button(words, on_click=ask_cancel(row.no))),
        ("request", link_button(words, href=way_url)),
        ("return", link_button(words, href=way_url)),
        ("progress", link_button(words, href=routes.case_url(row.case_no))),
        ("answer", link_button(words, href=routes.case_url(row.case_no), kind="ink")),
        ("appeal", link_button(words, href=routes.appeal_url(row.no))),
        ("fault", link_button(words, href=routes.appeal_url(row.no), kind="ghost")),
        otherwise=link_button(words, href=url),
    )
