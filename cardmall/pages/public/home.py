"""The mall's first page: categories, search, the shelf (R1)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import WRONG_ABOVE, asking_form, button, link, link_button
from cardmall.components.feedback import bone, empty, skeleton
from cardmall.components.goods import SHEET, product_sheet
from cardmall.components.labels import category, field_error
from cardmall.components.surface import card, page_title, tab, tabs
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain.reasons import FieldError
from cardmall.pages.frame import search_box, shop_frame
from cardmall.states.public.home import MallState
from cardmall.views.public.home import ProductRow
from cardmall.views.public.shelf import IN_STOCK, ShelfOrder

_GRID = "grid grid-cols-2 gap-3 lg:grid-cols-4 sm:gap-4"
_SEEN_AT_ONCE = 4  # the first row, on a phone the first two
_SHOWN: Any = MallState.shown
_CHOICE = "touch inline-flex items-center gap-1.5 rounded-control px-2.5 h-8 text-ink2 whitespace-nowrap hover:text-ink"
_BOUND = "touch h-8 w-[92px] rounded-control border border-ink3 bg-card px-2.5 focus:border-ink"


def home_page() -> rx.Component:
    return shop_frame(
        _title(),
        search_box("md:hidden mb-3"),
        _tabs(),
        _filters(),
        rx.cond(MallState.loaded, _shelf(), _waiting()),
        here="shop",
    )


def _title() -> rx.Component:
    found = rx.cond(_SHOWN.q != "", t("mall.found", q=_SHOWN.q), t("mall.title"))
    return page_title(found, rx.el.span(t("mall.line"), class_name="text-sm text-ink2"))


def _tabs() -> rx.Component:
    each = rx.foreach(_SHOWN.tabs, lambda one: tab(_shelf_name(one.name), None, href=one.url, selected=one.selected))
    return tabs(each, label=t("mall.categories"))


def _shelf_name(name: Any) -> Any:
    return rx.cond(name == "", t("mall.every"), category(name))


def _filters() -> rx.Component:
    """Order, price, stock: links and one form, so that the address keeps them and they work without scripts."""
    orders = rx.el.nav(
        rx.foreach(_SHOWN.orders, _order),
        aria_label=t("mall.order_label"),
        class_name="flex rounded-control border border-line bg-card p-0.5",
    )
    return rx.el.div(
        orders, _narrow(), class_name="relative flex flex-wrap items-start gap-x-2 gap-y-2 mb-4 md:gap-x-4"
    )


def _narrow() -> rx.Component:
    """On a phone a fold that lies over the shelf; wider screens show what is in it. Anew for every choice: closed."""
    head = rx.el.summary(
        rx.icon("sliders-horizontal", size=16, aria_hidden="true"),
        t("mall.narrow"),
        aria_current=rx.cond(_SHOWN.is_narrowed, "true", "false"),
        class_name=f"{_CHOICE} aria-[current=true]:text-ink aria-[current=true]:font-semibold",
    )
    every = link(t("mall.clear"), href=_SHOWN.clear_url, class_name=f"{_CHOICE} underline underline-offset-2")
    shown = (_prices(), _stock_only(), rx.cond(_SHOWN.is_narrowed, every))
    inside = rx.el.div(*shown, class_name="narrow-in flex flex-wrap items-start gap-x-4 gap-y-2")
    wrong = _SHOWN.price_error != ""
    return rx.el.details(head, inside, open=wrong, key=_SHOWN.stock_url, class_name="narrow max-md:ml-auto")


def _order(one: Any) -> rx.Component:
    look = f"{_CHOICE} aria-[current=true]:bg-grey-bg aria-[current=true]:text-ink aria-[current=true]:font-semibold"
    marked = {"aria-current": rx.cond(one.selected, "true", "false")}
    return link(t_enum("mall.order", one.name), href=one.url, class_name=look, custom_attrs=marked)


def _prices() -> rx.Component:
    kept = [
        rx.el.input(type="hidden", name=name, value=value, read_only=True)
        for name, value in (
            ("category", _SHOWN.category),
            ("q", _SHOWN.q),
            ("order", rx.cond(_SHOWN.order == ShelfOrder.usual.value, "", _SHOWN.order)),
            ("stock", rx.cond(_SHOWN.in_stock, IN_STOCK, "")),
        )
    ]
    wrong = _SHOWN.price_error != ""
    bounds = [
        rx.el.input(
            name=name,
            default_value=value,
            placeholder=t(f"mall.{name}"),
            aria_label=t(f"mall.{name}_label"),
            aria_invalid=wrong,
            aria_describedby="price-error",
            input_mode="decimal",
            max_length=16,
            key=f"{name}-{value}",
            class_name=_BOUND,
        )
        for name, value in (("low", _SHOWN.low), ("high", _SHOWN.high))
    ]
    go = button(t("mall.price_go"), type="submit", class_name="h-8")
    look = f"flex flex-wrap items-center gap-2 {WRONG_ABOVE}"
    row = rx.el.div(bounds[0], rx.el.span("–", aria_hidden="true"), bounds[1], go, class_name=look)
    order = rx.cond(
        _SHOWN.price_error == FieldError.out_of_range.value, t("mall.price_order"), field_error(_SHOWN.price_error)
    )
    why = rx.cond(wrong, order, "")
    error = rx.el.p(why, id="price-error", role="alert", class_name="text-sm text-seal mt-1 empty:hidden")
    return asking_form(*kept, row, error, action=routes.HOME, aria_label=t("mall.price_label"))


def _stock_only() -> rx.Component:
    box = rx.cond(
        _SHOWN.in_stock,
        rx.icon("square-check", size=16, aria_hidden="true"),
        rx.icon("square", size=16, aria_hidden="true"),
    )
    marked = {"aria-current": rx.cond(_SHOWN.in_stock, "true", "false")}
    look = f"{_CHOICE} aria-[current=true]:text-ink aria-[current=true]:font-semibold"
    return link(box, t("mall.stock_only"), href=_SHOWN.stock_url, class_name=look, custom_attrs=marked)


def _shelf() -> rx.Component:
    rows = rx.el.ul(rx.foreach(MallState.rows, lambda row, n: _product(row, n)), class_name=_GRID)
    more = rx.el.div(button(t("mall.more"), on_click=MallState.show_more, size="lg"), class_name="mt-5 text-center")
    return rx.cond(
        length(MallState.rows) > 0,
        rx.fragment(rows, rx.cond(MallState.next_key != "", more)),
        card(_empty()),
    )


def _product(row: rx.vars.ObjectVar[ProductRow], n: Any) -> rx.Component:
    url = routes.product_url(row.slug)  # type: ignore[arg-type] - a Var fills a route as a text does
    loading = rx.cond(n < _SEEN_AT_ONCE, "eager", "lazy")
    sheet = link(product_sheet(row, loading), href=url, class_name=f"{SHEET} h-full hover:border-ink3")
    return rx.el.li(sheet, key=row.slug, class_name="min-w-0")


def _empty() -> rx.Component:
    go = link_button(t("mall.see_all"), href=routes.HOME, kind="outline", size="lg")
    return empty("search-x", t("mall.none"), t("mall.none_line"), go)


def _waiting() -> rx.Component:
    return skeleton(*[_waiting_one() for _ in range(9)], class_name=_GRID)


def _waiting_one() -> rx.Component:
    return rx.el.div(
        bone("aspect-[16/10] rounded-none"),
        rx.el.div(bone("h-4 w-4/5"), bone("h-4 w-2/5"), bone("h-5 w-1/2"), class_name="grid gap-2 p-3.5"),
        class_name="rounded-card border border-line bg-card overflow-hidden",
    )


PAGE = {
    "title": rx.cond(
        _SHOWN.category != "", t("mall.page_title_of", category=category(_SHOWN.category)), t("mall.page_title")
    ),
    "description": t("mall.page_about"),
    "component": home_page,
    "route": routes.HOME,
    "on_load": MallState.load,
}
