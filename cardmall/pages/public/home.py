"""The mall's first page: categories, search, the shelf (R1)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button
from cardmall.components.feedback import bone, empty, skeleton
from cardmall.components.format import money
from cardmall.components.labels import category
from cardmall.components.stock import stock_pill
from cardmall.components.surface import amount, card, cover, page_title, product_name, tab, tabs
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Category
from cardmall.pages.frame import search_box, shop_frame
from cardmall.states.public.home import MallState
from cardmall.views.public.home import ProductRow

_GRID = "grid grid-cols-1 gap-3 sm:gap-4 sm:grid-cols-2 lg:grid-cols-3"


def home_page() -> rx.Component:
    return shop_frame(
        _title(), search_box("md:hidden mb-3"), _tabs(), rx.cond(MallState.loaded, _shelf(), _waiting()), here="shop"
    )


def _title() -> rx.Component:
    found = rx.cond(MallState.q != "", t("mall.found", q=MallState.q), t("mall.title"))
    return page_title(found, rx.el.span(t("mall.line"), class_name="text-sm text-ink2"))


def _tabs() -> rx.Component:
    chosen = MallState.category
    url = f"{routes.HOME}?category="
    every = tab(t("mall.every"), None, href=url + MallState.kept, selected=chosen == "")
    each = [
        tab(category(one.value), None, href=url + one.value + MallState.kept, selected=chosen == one.value)
        for one in Category
    ]
    return tabs(every, *each, label=t("mall.categories"))


def _shelf() -> rx.Component:
    rows = rx.el.ul(rx.foreach(MallState.rows, _product), class_name=_GRID)
    more = rx.el.div(button(t("mall.more"), on_click=MallState.show_more, size="lg"), class_name="mt-5 text-center")
    return rx.cond(
        length(MallState.rows) > 0,
        rx.fragment(rows, rx.cond(MallState.next_key != "", more)),
        card(_empty()),
    )


def _product(row: rx.vars.ObjectVar[ProductRow]) -> rx.Component:
    url = routes.product_url(row.slug)  # type: ignore[arg-type] - a Var fills a route as a text does
    words = rx.el.div(
        rx.el.h2(product_name(row.name), title=row.name, class_name="font-semibold"),
        rx.el.div(category(row.category), " · ", row.shop, class_name="text-sm text-ink2 truncate"),
        rx.el.div(
            stock_pill(row.mode, row.stock),
            _return(row),
            class_name="flex flex-wrap items-center gap-x-2 gap-y-1 mt-1.5",
        ),
        class_name="min-w-0 grow",
    )
    price = amount(money(row.price), tone="text-h2")
    look = "flex h-full items-start gap-3.5 rounded-card border border-line bg-card p-4 hover:border-ink3"
    return rx.el.li(link(cover(row.cover), words, price, href=url, class_name=look), key=row.slug)


def _return(row: rx.vars.ObjectVar[ProductRow]) -> rx.Component:
    words = rx.cond(row.return_allowed, t("mall.return_allowed"), t("mall.return_final"))
    return rx.el.span(words, class_name="text-sm text-ink2")


def _empty() -> rx.Component:
    go = link_button(t("mall.see_all"), href=routes.HOME, kind="outline", size="lg")
    return empty("search-x", t("mall.none"), t("mall.none_line"), go)


def _waiting() -> rx.Component:
    return skeleton(*[_waiting_one() for _ in range(9)], class_name=_GRID)


def _waiting_one() -> rx.Component:
    return rx.el.div(
        bone("size-[52px] shrink-0"),
        rx.el.div(bone("h-4 w-3/5"), bone("h-3 w-2/5"), bone("h-5 w-1/3"), class_name="grow grid gap-2"),
        class_name="flex gap-3.5 rounded-card border border-line bg-card p-4",
    )


PAGE = {
    "title": t("frame.brand"),
    "component": home_page,
    "route": routes.HOME,
    "on_load": MallState.load,
}
