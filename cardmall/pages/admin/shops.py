"""All shops, and the button that takes one off the mall."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.desk import desk_figure, desk_skeleton, figures
from cardmall.components.surface import page_title, table_cell, table_row
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.admin.standing import (
    more_button,
    nothing,
    row_button,
    search,
    standing_question,
    standing_table,
    state_of,
)
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.shops import ShopsState

_FOUND: Any = ShopsState.figures
_ROWS = ShopsState.rows


def _page() -> rx.Component:
    waiting = desk_skeleton()
    body = rx.fragment(
        page_title(t("standing.shops")),
        _figures(),
        search(t("standing.search_shops"), ShopsState.search),
        _list(),
        standing_question(ShopsState, "shop", ShopsState.asked.slug),
    )
    content = rx.cond(ShopsState.loaded, body, waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="shops")


def _figures() -> rx.Component:
    return figures(
        desk_figure(t("standing.total_shops"), _FOUND.total), desk_figure(t("standing.disabled"), _FOUND.disabled)
    )


def _list() -> rx.Component:
    columns: list[Any] = [t(f"standing.column.{name}") for name in ("shop", "orders", "cases", "record", "state")]
    more = rx.cond(_FOUND.next_key > 0, more_button(ShopsState.show_more))
    some = standing_table(columns, rx.foreach(_ROWS, _row), t("standing.shops"), more=more)
    return rx.cond(length(_ROWS) > 0, some, nothing())


def _row(row: Any) -> rx.Component:
    name = rx.el.div(
        rx.el.b(row.name, class_name="font-semibold [overflow-wrap:anywhere]"),
        rx.el.div(row.slug, " · ", t("standing.members", n=row.members), class_name="text-sm text-ink2"),
    )
    return table_row(
        table_cell(name),
        table_cell(row.orders, label=t("standing.column.orders")),
        table_cell(row.cases, label=t("standing.column.cases")),
        table_cell(_record(row), label=t("standing.column.record")),
        table_cell(state_of(row, t("standing.open")), label=t("standing.column.state")),
        table_cell(row_button(row, row.name, ShopsState.ask(row.slug))),
        key=row.slug,
    )


def _record(row: Any) -> rx.Component:
    """How it answered in 30 days."""
    none = rx.el.span(t("standing.no_record"), class_name="text-ink2")
    line = rx.el.div(t("standing.agreed", n=row.agreed), class_name="text-sm text-ink2")
    return rx.cond(row.agreed < 0, none, rx.el.div(t("standing.answered", n=row.answered), line))


PAGE = {
    "title": t("standing.shops"),
    "component": _page,
    "route": routes.ADMIN_SHOPS,
    "on_load": ShopsState.load,
}
