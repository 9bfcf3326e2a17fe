"""What admins find, as a table: orders, people and shops, each the way to its own page (R78, R95)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link, link_button
from cardmall.components.desk_orders import desk_pill
from cardmall.components.format import day, money
from cardmall.components.labels import role
from cardmall.components.surface import amount, card, pill, product_name, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose


def found_table(rows: Any, label: Child, *, prev_url: Any, next_url: Any) -> rx.Component:
    """`rows`: Var of a list of views.admin.rows.FoundRow; with the ways to the neighbouring pages."""
    columns = [t(f"find.column.{name}") for name in ("what", "who", "sum", "state", "day")]
    body = table(*columns, rows=rx.foreach(rows, _row), label=label)
    return card(rx.el.div(body, class_name="overflow-x-auto"), pager(prev_url, next_url), class_name="overflow-hidden")


def pager(prev_url: Any, next_url: Any) -> rx.Component:
    """To the pages before and after, where there are any."""
    return rx.el.nav(
        rx.cond(prev_url != "", link_button(t("kit.previous"), href=prev_url, rel="prev")),
        rx.cond(next_url != "", link_button(t("kit.next"), href=next_url, rel="next")),
        aria_label=t("orders.pages"),
        class_name="flex justify-end gap-3 border-t border-line2 px-5 py-3 empty:hidden",
    )


def _row(row: Any) -> rx.Component:
    return table_row(
        table_cell(_what(row)),
        table_cell(_who(row), label=t("find.column.who")),
        table_cell(_or_none(row.total > 0, amount(money(row.total))), label=t("find.column.sum")),
        table_cell(_state(row), label=t("find.column.state")),
        table_cell(rx.el.span(day(row.at), class_name="whitespace-nowrap"), label=t("find.column.day")),
        key=f"{row.kind}-{row.no}",
        data_found=row.kind,
        data_no=row.no,
    )


def _what(row: Any) -> rx.Component:
    """Which kind it is, its name as the way to its page, and its number."""
    pieces = rx.cond(row.quantity > 1, rx.el.span(" × ", row.quantity, class_name="shrink-0 font-normal text-ink2"), "")
    name = link(
        product_name(row.name, pieces),
        href=_url(row),
        title=row.name,
        class_name="block font-semibold min-w-0 hover:underline md:max-w-[34ch]",
    )
    number = rx.cond(row.kind == "person", t("find.account", no=row.no), row.no)
    about = rx.el.div(
        t_enum("find.kind", row.kind), " · ", rx.el.span(number, class_name="tabular-nums"), class_name=_QUIET
    )
    return rx.el.div(name, about, class_name="min-w-0")


_QUIET = "text-sm text-ink2 [overflow-wrap:anywhere]"


def _url(row: Any) -> Any:
    return choose(
        row.kind,
        ("shop", routes.admin_shop_url(row.no)),
        ("person", routes.admin_person_url(row.no)),
        otherwise=routes.admin_order_url(row.no),
    )


def _who(row: Any) -> rx.Component:
    """Of an order its buyer and its shop, of a person the address and the role."""
    order = rx.el.div(row.shopper, rx.el.div(row.shop, class_name=_QUIET))
    person = rx.el.div(_or_none(row.address != "", row.address), rx.el.div(role(row.role), class_name=_QUIET))
    return choose(row.kind, ("order", order), ("person", person), otherwise=_NONE)


def _state(row: Any) -> rx.Component:
    fine = rx.cond(row.kind == "shop", t("standing.open"), t("standing.fine"))
    standing = rx.cond(row.disabled_at, pill(t("standing.disabled"), "seal"), pill(fine, "jade"))
    return rx.cond(row.kind == "order", desk_pill(row), standing)


_NONE = rx.el.span("–", class_name="text-ink2")


def _or_none(there: Any, shown: Any) -> rx.Component:
    return rx.cond(there, shown, _NONE)
