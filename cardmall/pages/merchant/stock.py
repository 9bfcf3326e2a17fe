"""库存: the goods of the shop, what is left of each, and who waits for it."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link_button
from cardmall.components.desk import desk_skeleton, product_link
from cardmall.components.feedback import empty
from cardmall.components.format import money
from cardmall.components.labels import delivery_mode
from cardmall.components.stock import counted
from cardmall.components.surface import amount, card, cover, page_title, pill, table, table_cell, table_row
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import DeliveryMode, Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.merchant.stock import StockState
from cardmall.states.session import SessionState

_ROWS = StockState.rows


def stock_page() -> rx.Component:
    waiting = desk_skeleton()
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    body = rx.fragment(page_title(t("stock.title"), shop), _list())
    content = rx.cond(StockState.loaded, body, waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="stock")


def _list() -> rx.Component:
    columns = [t(f"stock.column.{name}") for name in ("product", "mode", "price", "left", "waiting")]
    spoken = rx.el.span(t("stock.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(_ROWS, _row), label=t("stock.title"))
    more = rx.el.div(button(t("stock.more"), on_click=StockState.show_more, size="lg"), class_name="mt-4 text-center")
    some = rx.fragment(card(rows, class_name="overflow-hidden"), rx.cond(StockState.figures.next_key != "", more))
    return rx.cond(length(_ROWS) > 0, some, card(empty("package", t("stock.no_goods"), t("stock.no_goods_line"))))


def _row(row: Any) -> rx.Component:
    url = routes.product_stock_url(row.slug)
    listed = rx.cond(row.listed, rx.fragment(), pill(t("stock.unlisted"), "grey"))
    name = rx.el.div(cover(row, size="sm"), product_link(row.name, url), listed, class_name="flex items-center gap-3")
    waits = rx.cond(
        row.waiting > 0, rx.el.b(row.waiting, class_name="text-seal"), rx.el.span("—", class_name="text-ink2")
    )
    look = link_button(t("stock.look"), href=url, class_name="max-md:grow")
    return table_row(
        table_cell(name),
        table_cell(delivery_mode(row.mode), label=t("stock.column.mode")),
        table_cell(amount(money(row.price)), label=t("stock.column.price")),
        table_cell(_left(row), label=t("stock.column.left")),
        table_cell(waits, label=t("stock.column.waiting")),
        table_cell(rx.el.div(look, class_name="flex md:justify-end")),
        key=row.slug,
    )


def _left(row: Any) -> rx.Component:
    words = counted(row.left, t("stock.pieces", n=row.left), t("stock.many"))
    count = rx.el.b(words, class_name="tabular-nums whitespace-nowrap mr-2")
    none = pill(t("stock.none_left"), "seal")
    short = rx.cond(row.low, pill(t("stock.low"), "amber"))
    by_itself = rx.cond(row.mode == DeliveryMode.auto.value, rx.cond(row.left == 0, none, short))
    no_stock = rx.el.span("—", class_name="text-ink2")
    by_hand = (row.mode == DeliveryMode.manual.value) & (row.left == 0)
    return rx.cond(by_hand, no_stock, rx.fragment(count, by_itself))


PAGE = {
    "title": t("stock.title"),
    "component": stock_page,
    "route": routes.MERCHANT_STOCK,
    "on_load": StockState.load,
}
