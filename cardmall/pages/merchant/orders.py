"""订单: every order of the shop, by stage, filtered and searched; every filter is in the URL (R95)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import download, link, link_button
from cardmall.components.desk_orders import desk_line, desk_pill
from cardmall.components.feedback import empty, list_skeleton
from cardmall.components.format import full, money
from cardmall.components.labels import stage
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
from cardmall.components.vars import choose, length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_filters import order_filters
from cardmall.states.merchant.orders import ShopOrdersState
from cardmall.states.session import SessionState


def shop_orders_page() -> rx.Component:
    waiting = list_skeleton()
    content = rx.cond(ShopOrdersState.loaded, rx.fragment(_title(), _tabs(), _list()), waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="orders")


def _title() -> rx.Component:
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    return page_title(t("shop_orders.title"), shop, aside=download(t("money.export"), href=ShopOrdersState.file_url))


def _tabs() -> rx.Component:
    def one(shown: Any) -> rx.Component:
        words = rx.cond(shown.stage == "", stage("all"), stage(shown.stage))
        return tab(words, shown.count, href=shown.url, selected=shown.selected)

    return tabs(rx.foreach(ShopOrdersState.tabs, one), label=t("orders.tabs"))


def _list() -> rx.Component:
    columns = [t(f"shop_orders.head.{name}") for name in ("order", "shopper", "paid", "state")]
    spoken = rx.el.span(t("merchant.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(ShopOrdersState.rows, _row), label=t("shop_orders.title"))
    body = rx.cond(length(ShopOrdersState.rows) > 0, rx.el.div(rows, class_name=_TIGHT), _empty())
    note = rx.el.p(t("shop_orders.masked"), class_name="text-sm text-ink2 mt-3")
    return rx.fragment(card(order_filters(), body, _pager(), class_name="overflow-hidden"), note)


_TIGHT = (
    "md:[&_td]:px-3 [&_th]:px-3 md:[&_:is(td,th):first-child]:pl-5 md:[&_:is(td,th):last-child]:pr-5 "
    "max-md:border-t max-md:border-line2 max-md:[&_tr:first-child]:border-t-0 max-md:[&_td:nth-child(2)]:hidden"
)


def _row(row: Any) -> rx.Component:
    url = routes.merchant_order_url(row.no)
    stand = rx.el.div(
        desk_pill(row),
        rx.el.div(desk_line(row.line, ShopOrdersState.refresh), class_name="text-sm text-ink2 mt-[3px]"),
        class_name="min-w-0 md:max-w-[240px]",
    )
    return table_row(
        table_cell(_what(row, url)),
        table_cell(row.shopper, label=t("shop_orders.head.shopper")),
        table_cell(amount(money(row.total)), label=t("shop_orders.head.paid")),
        table_cell(stand, label=t("shop_orders.head.state")),
        table_cell(rx.el.div(_act(row, url), class_name="flex md:justify-end")),
        key=row.no,
        data_order=row.no,
    )


def _what(row: Any, url: Any) -> rx.Component:
    pieces = rx.cond(row.quantity > 1, rx.el.span(" × ", row.quantity, class_name="shrink-0 font-normal text-ink2"), "")
    name = link(
        product_name(row.product, pieces),
        href=url,
        title=row.product,
        class_name="block font-semibold min-w-0 hover:underline md:max-w-[34ch]",
    )
    number = rx.el.span(row.no, class_name="tabular-nums")
    about = rx.el.div(
        number, " · ", rx.el.time(full(row.created_at), class_name="whitespace-nowrap"), class_name="text-sm text-ink2"
    )
    words = rx.el.div(name, about, class_name="min-w-0")
    return rx.el.div(cover(row, size="sm"), words, class_name="flex items-center gap-3")


def _act(row: Any, url: Any) -> Any:
    """The one thing to do; what waits for the shop is ink."""
    words, look = t_enum("shop_orders.act", row.act), "max-md:grow"
    case = routes.merchant_case_url(row.case_no)
    return choose(
        row.act,
        ("deliver", link_button(words, href=routes.MERCHANT_DELIVERY, kind="ink", class_name=look)),
        ("answer", link_button(words, href=case, kind="ink", class_name=look)),
        ("case", link_button(words, href=case, class_name=look)),
        ("refund", link_button(words, href=routes.refund_url(row.refund_no), class_name=look)),
        otherwise=link_button(words, href=url, class_name=look),
    )


def _pager() -> rx.Component:
    newer = link_button(t("kit.previous"), href=ShopOrdersState.prev_url, rel="prev")
    older = link_button(t("kit.next"), href=ShopOrdersState.next_url, rel="next")
    return rx.el.nav(
        rx.cond(ShopOrdersState.prev_url != "", newer),
        rx.cond(ShopOrdersState.next_url != "", older),
        aria_label=t("orders.pages"),
        class_name="flex justify-end gap-3 border-t border-line2 px-5 py-3 empty:hidden",
    )


def _empty() -> rx.Component:
    clear = link_button(t("orders.clear"), href=routes.MERCHANT_ORDERS, kind="outline", size="lg")
    goods = link_button(t("goods.title"), href=routes.MERCHANT_PRODUCTS, kind="outline", size="lg")
    return rx.cond(
        ShopOrdersState.asked.any,
        empty("search-x", t("orders.nothing_fits"), t("shop_orders.nothing_fits_line"), clear),
        empty("receipt-text", t("orders.none"), t("delivery.empty_line"), goods),
    )


PAGE = {
    "title": t("shop_orders.title"),
    "component": shop_orders_page,
    "route": routes.MERCHANT_ORDERS,
    "on_load": ShopOrdersState.load,
}
