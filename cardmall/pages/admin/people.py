"""All accounts, and the button that signs one out for good."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import link
from cardmall.components.desk import desk_figure, desk_skeleton, figures
from cardmall.components.format import day
from cardmall.components.labels import role
from cardmall.components.surface import page_title, pill, table_cell, table_row
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
    unless_trouble,
)
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.people import PeopleState

_FOUND: Any = PeopleState.figures
_ROWS = PeopleState.rows
_ASKED: Any = PeopleState.asked


def _page() -> rx.Component:
    waiting = desk_skeleton()
    body = rx.fragment(
        page_title(t("standing.people")),
        _figures(),
        search(t("standing.search_people"), PeopleState.search),
        unless_trouble(PeopleState.trouble, _list()),
        standing_question(PeopleState, "person", _ASKED.id.to(str)),
    )
    content = rx.cond(PeopleState.loaded, body, waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="people")


def _figures() -> rx.Component:
    return figures(
        desk_figure(t("standing.total_people"), _FOUND.total), desk_figure(t("standing.disabled"), _FOUND.disabled)
    )


def _list() -> rx.Component:
    names = ("person", "role", "orders", "cases", "since", "state")
    columns: list[Any] = [t(f"standing.column.{name}") for name in names]
    more = rx.cond(_FOUND.next_key > 0, more_button(PeopleState.show_more))
    some = standing_table(columns, rx.foreach(_ROWS, _row), t("standing.people"), more=more)
    return rx.cond(length(_ROWS) > 0, some, nothing())


_NAME = "font-semibold hover:underline py-2.5 -my-2.5 [overflow-wrap:anywhere]"


def _row(row: Any) -> rx.Component:
    name = rx.el.div(
        link(row.name, href=routes.admin_person_url(row.id.to(str)), class_name=_NAME),
        rx.el.div(row.address, class_name="text-sm text-ink2 [overflow-wrap:anywhere]"),
    )
    what = rx.el.div(role(row.role), rx.el.div(row.shop, class_name="text-sm text-ink2 empty:hidden"))
    own = rx.el.div(pill(t("standing.own"), "blue"), class_name="flex md:justify-end")
    return table_row(
        table_cell(name),
        table_cell(what, label=t("standing.column.role")),
        table_cell(row.orders, label=t("standing.column.orders")),
        table_cell(row.cases, label=t("standing.column.cases")),
        table_cell(rx.el.span(day(row.created_at), class_name="whitespace-nowrap"), label=t("standing.column.since")),
        table_cell(state_of(row, t("standing.fine")), label=t("standing.column.state")),
        table_cell(rx.cond(row.own, own, row_button(row, row.name, PeopleState.ask(row.id)))),
        key=row.id.to(str),
    )


PAGE = {
    "title": t("standing.people"),
    "component": _page,
    "route": routes.ADMIN_PEOPLE,
    "on_load": PeopleState.load,
}
