"""A shop's goods: what is on sale, and the switch that takes it off (R85)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button
from cardmall.components.feedback import empty, list_skeleton
from cardmall.components.format import money
from cardmall.components.forms import app_form, search_input
from cardmall.components.goods import switch
from cardmall.components.labels import category
from cardmall.components.stock import counted, time_span
from cardmall.components.surface import (
    amount,
    card,
    cover,
    page_title,
    product_name,
    tab,
    table,
    table_cell,
    table_row,
    tabs,
)
from cardmall.components.text import t, t_enum
from cardmall.components.vars import among, length
from cardmall.domain.goods import NEW_SLUG
from cardmall.domain.limits import SALES_COUNTED
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.merchant.products import ProductsState
from cardmall.states.session import SessionState

_COUNT = length(ProductsState.picked)
_NEW = routes.merchant_product_url(NEW_SLUG)
_ALL: Any = ProductsState.figures.counts["all"]
_TIGHT = (
    "overflow-x-auto md:[&_td]:px-2.5 [&_th]:px-2.5 md:[&_:is(td,th):first-child]:pl-4 "
    "md:[&_:is(td,th):last-child]:pr-4"
)


def products_page() -> rx.Component:
    waiting = list_skeleton()
    content = rx.cond(ProductsState.loaded, rx.fragment(_title(), _tabs(), _list()), waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="products")


def _title() -> rx.Component:
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    new = link_button(rx.icon("plus", size=16, aria_hidden="true"), t("goods.new"), href=_NEW, kind="seal", size="lg")
    return page_title(t("goods.title"), shop, aside=new)


def _tabs() -> rx.Component:
    each = rx.foreach(
        ProductsState.tabs,
        lambda one: tab(t_enum("goods.tab", one.name), one.count, href=one.url, selected=one.selected),
    )
    return tabs(each, label=t("goods.tabs"))


def _list() -> rx.Component:
    columns = [t(f"goods.column.{name}") for name in ("product", "state", "stock", "price")]
    columns.append(_LATELY)
    spoken = [rx.el.span(t(f"goods.column.{name}"), class_name="sr-only") for name in ("pick", "act")]
    rows = table(spoken[0], *columns, spoken[1], rows=rx.foreach(ProductsState.rows, _row), label=t("goods.title"))
    more = rx.el.div(
        button(t("standing.more"), on_click=ProductsState.show_more, size="lg"), class_name="mt-4 text-center"
    )
    some = rx.fragment(
        rx.el.div(rows, class_name=_TIGHT),
        rx.el.p(t("goods.line"), class_name="text-sm text-ink2 border-t border-line2 px-4 py-3"),
    )
    body = rx.cond(length(ProductsState.rows) > 0, some, rx.cond(_ALL > 0, _none(), _nothing()))
    return rx.fragment(
        card(_tools(), body, class_name="overflow-hidden"), rx.cond(ProductsState.figures.next_key > 0, more)
    )


def _tools() -> rx.Component:
    """Search on the left; what is done to all that are ticked on the right."""
    box = search_input(t("goods.search"), default_value=ProductsState.q, key=ProductsState.q)
    act = button(t("standing.search"), type="submit", kind="outline", size="lg")
    find = app_form(
        rx.el.div(box, class_name="grow min-w-0"),
        act,
        on_submit=ProductsState.search,
        role="search",
        class_name="flex gap-2 grow max-w-[420px]",
    )
    look = "flex flex-wrap items-center justify-between gap-3 px-4 py-3.5"
    return rx.el.div(find, rx.cond(ProductsState.tab != "archived", _many()), class_name=look)


def _many() -> rx.Component:
    every = (_COUNT > 0) & (length(ProductsState.rows) == _COUNT)
    box = rx.el.input(
        type="checkbox", checked=every, on_change=ProductsState.pick_all, class_name="size-4 accent-[var(--ink)]"
    )
    pick = rx.el.label(box, t("merchant.pick_all"), class_name="touch inline-flex items-center gap-2 cursor-pointer")
    acts = [
        button(t(f"goods.{how}_many", n=_COUNT), kind="outline", disabled=_COUNT == 0, on_click=handler)
        for how, handler in (("list", ProductsState.list_picked), ("unlist", ProductsState.unlist_picked))
    ]
    return rx.el.div(pick, *acts, class_name="flex flex-wrap items-center gap-2")


_LATELY = t("goods.column.sold")


def _row(row: Any) -> rx.Component:
    url = routes.merchant_product_url(row.slug)
    box = rx.el.input(
        type="checkbox",
        checked=among(row.slug, ProductsState.picked),
        on_change=ProductsState.pick(row.slug),
        aria_label=t("merchant.pick_one", no=row.name),
        class_name="size-4 accent-[var(--ink)]",
    )
    pick = rx.el.label(box, class_name="touch inline-flex items-center justify-center cursor-pointer")
    edit = link_button(
        t("goods.edit"), href=url, aria_label=t("goods.edit_one", name=row.name), class_name="max-md:grow"
    )
    return table_row(
        table_cell(rx.cond(row.archived, rx.fragment(), pick)),
        table_cell(_name(row, url)),
        table_cell(_state(row), label=t("goods.column.state")),
        table_cell(_stock(row), label=t("goods.column.stock")),
        table_cell(amount(money(row.price)), label=t("goods.column.price")),
        table_cell(_sold(row), label=_LATELY),
        table_cell(rx.el.div(edit, class_name="flex md:justify-end")),
        key=row.slug,
    )


def _name(row: Any, url: Any) -> rx.Component:
    words = rx.el.div(
        link(
            product_name(row.name),
            href=url,
            title=row.name,
            class_name="block font-semibold hover:underline md:max-w-[36ch] md:truncate",
        ),
        rx.el.div(category(row.category), class_name="text-sm text-ink2"),
        class_name="min-w-0",
    )
    return rx.el.div(cover(row, size="sm"), words, class_name="flex items-center gap-3")


def _state(row: Any) -> rx.Component:
    word = rx.cond(row.listed, t("goods.tab.listed"), t("goods.tab.unlisted"))
    act = switch(row.listed, t("goods.on_sale_one", name=row.name), ProductsState.switch(row.slug, ~row.listed))
    both = rx.el.span(act, rx.el.span(word, class_name="text-sm"), class_name="inline-flex items-center gap-2")
    return rx.cond(row.archived, rx.el.span(t("goods.tab.archived"), class_name="text-sm text-ink2"), both)


def _stock(row: Any) -> rx.Component:
    """Codes on the shelf with the way to them, or the promise of who delivers by hand."""
    none = rx.el.span(t("mall.sold_out"), class_name="font-semibold text-amber")
    some = rx.el.span(counted(row.stock, t("goods.pieces", n=row.stock), t("goods.many")), class_name="font-semibold")
    by_hand = rx.el.div(
        rx.el.div(t("mall.by_hand"), class_name="font-semibold"),
        rx.el.div(t("goods.promised", time=time_span(row.promise_minutes)), class_name="text-sm text-ink2"),
    )
    codes = link(rx.cond(row.stock == 0, none, some), href=routes.product_stock_url(row.slug), class_name="underline")
    return rx.cond(row.stock < 0, by_hand, codes)


def _sold(row: Any) -> rx.Component:
    words = rx.cond(row.sold < SALES_COUNTED, row.sold.to_string(), t("goods.sold_many"))
    return rx.el.span(words, class_name="tabular-nums")


def _nothing() -> rx.Component:
    go = link_button(t("goods.new"), href=_NEW, kind="outline", size="lg")
    return empty("package", t("goods.empty"), t("goods.empty_line"), go)


def _none() -> rx.Component:
    go = link_button(t("goods.tab.all"), href=routes.MERCHANT_PRODUCTS, kind="outline", size="lg")
    return empty("search-x", t("mall.none"), t("goods.none_line"), go)


PAGE = {
    "title": t("goods.title"),
    "component": products_page,
    "route": routes.MERCHANT_PRODUCTS,
    "on_load": ProductsState.load,
}
