"""The admins' desk: what waits for them, oldest first, each with the place where it is dealt with."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import link, link_button
from cardmall.components.feedback import empty, rows_skeleton, title_skeleton
from cardmall.components.format import full
from cardmall.components.surface import card, cell, page_title, pill, table, table_row
from cardmall.components.text import t, t_enum
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.desk import DeskState

_TONES = (("overdue", "seal"), ("refund_stuck", "seal"), ("support", "amber"))


def desk_page() -> rx.Component:
    waiting = rx.el.div(title_skeleton(), rows_skeleton())
    content = rx.cond(DeskState.loaded, rx.fragment(_title(), _list()), waiting)
    counts = {"desk": DeskState.rows.length()}  # pyright: ignore
    return side_frame(Role.admin, guarded(content, waiting, Role.admin), here="desk", counts=counts)


def _title() -> rx.Component:
    return page_title(t("admin.title"), aside=rx.el.span(t("admin.line"), class_name="text-sm text-ink2"))


def _list() -> rx.Component:
    columns = [t(f"admin.column.{name}") for name in ("why", "order", "shop", "since")]
    spoken = rx.el.span(t("admin.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(DeskState.rows, _row), label=t("admin.title"))
    some = card(rx.el.div(rows, class_name="overflow-x-auto"), class_name="overflow-hidden")
    nothing = card(empty("circle-check", t("admin.empty"), t("admin.empty_line")))
    return rx.cond(DeskState.rows.length() > 0, some, nothing)  # pyright: ignore


def _row(row: Any) -> rx.Component:
    colour: Any = rx.match(row.why, *_TONES, "amber")
    why = rx.el.div(
        pill(t_enum("admin.why", row.why), colour),
        rx.el.div(t_enum("admin.do", row.why), class_name="text-sm text-ink2 mt-0.5 max-w-[30ch]"),
    )
    name = link(
        row.product,
        href=routes.order_url(row.order_no),
        title=row.product,
        class_name="font-semibold hover:underline line-clamp-2",
    )
    order = rx.el.div(name, rx.el.div(row.order_no, class_name="text-sm text-ink2"))
    acts = rx.el.div(
        link_button(t("admin.support"), href=routes.support_url(row.order_no), kind="ink", class_name="max-md:grow"),
        link_button(t("admin.order"), href=routes.order_url(row.order_no), class_name="max-md:grow"),
        class_name="flex md:justify-end gap-1.5",
    )
    return table_row(
        cell(why),
        cell(order),
        cell(row.shop, label=t("admin.column.shop")),
        cell(rx.el.time(full(row.since), class_name="tabular-nums whitespace-nowrap"), label=t("admin.column.since")),
        cell(acts),
        key=row.why + row.order_no,
    )


PAGE = {
    "title": t("admin.title"),
    "component": desk_page,
    "route": routes.ADMIN,
    "on_load": DeskState.load,
}
