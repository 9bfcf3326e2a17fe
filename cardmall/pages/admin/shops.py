"""All shops: a new one, the name and the owners of each, and the button that takes one off the mall."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions, link
from cardmall.components.desk import desk_figure, desk_skeleton, figures
from cardmall.components.forms import app_form, field, text_input
from cardmall.components.surface import page_title, table_cell, table_row
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.admin.standing import (
    more_button,
    nothing,
    row_button,
    search,
    shop_state,
    standing_question,
    standing_table,
)
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.shops import ShopsState

_FOUND: Any = ShopsState.figures
_ROWS = ShopsState.rows
_ACTS = "flex gap-2 md:justify-end"
_NAME = "font-semibold hover:underline py-2.5 -my-2.5 [overflow-wrap:anywhere]"
_FORM = "mt-4 flex flex-col gap-4"


def _page() -> rx.Component:
    waiting = desk_skeleton()
    found = button(t("standing.found"), on_click=ShopsState.begin, kind="seal", size="lg")
    body = rx.fragment(
        page_title(t("standing.shops"), aside=found),
        _figures(),
        search(t("standing.search_shops"), ShopsState.search),
        _list(),
        standing_question(ShopsState, "shop", ShopsState.asked.slug),
        _founding(),
        _managing(),
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
        link(row.name, href=routes.admin_shop_url(row.slug), class_name=_NAME),
        rx.el.div(row.slug, " · ", t("standing.members", n=length(row.owners)), class_name="text-sm text-ink2"),
    )
    return table_row(
        table_cell(name),
        table_cell(row.orders, label=t("standing.column.orders")),
        table_cell(row.cases, label=t("standing.column.cases")),
        table_cell(_record(row), label=t("standing.column.record")),
        table_cell(shop_state(row), label=t("standing.column.state")),
        table_cell(rx.el.div(_manage(row), row_button(row, row.name, ShopsState.ask(row.slug)), class_name=_ACTS)),
        key=row.slug,
    )


def _record(row: Any) -> rx.Component:
    """How it answered in 30 days."""
    none = rx.el.span(t("standing.no_record"), class_name="text-ink2")
    line = rx.el.div(t("standing.agreed", n=row.agreed), class_name="text-sm text-ink2")
    return rx.cond(row.agreed < 0, none, rx.el.div(t("standing.answered", n=row.answered), line))


def _manage(row: Any) -> rx.Component:
    spoken = {"aria-label": t("standing.manage_one", name=row.name)}
    act = ShopsState.manage(row.slug)
    return button(t("standing.manage"), on_click=act, kind="outline", class_name="max-md:grow", custom_attrs=spoken)


def _founding() -> rx.Component:
    """A new shop: its name, its web address, its owner."""
    form = app_form(
        _name_field("found-name"),
        field(
            t("standing.slug"),
            text_input("slug", id="found-slug", max_length=limits.SHOP_SLUG[-1], auto_complete="off"),
            name="found-slug",
            error=ShopsState.slug_error,
            hint=t("standing.slug_hint"),
        ),
        _owner_field("found-owner"),
        dialog_actions(button(t("standing.found"), kind="seal", size="lg", type="submit"), ShopsState.leave),
        on_submit=ShopsState.create,
        class_name=_FORM,
        key=rx.Var.create(ShopsState.founding).to(str),
    )
    shown = ShopsState.founding
    return dialog(form, title=t("standing.found"), is_open=shown, on_close=ShopsState.leave, name="founding")


def _managing() -> rx.Component:
    """The shop of a row: who its owners are, one more of them, another name."""
    shop: Any = ShopsState.managed
    owners = rx.el.ul(
        rx.foreach(shop.owners, lambda one: rx.el.li(one, class_name="[overflow-wrap:anywhere]", key=one)),
        class_name="list-disc pl-5 grid gap-1",
    )
    none = rx.el.p(t("standing.no_owner"), class_name="text-ink2")
    appoint = app_form(
        _owner_field("manage-owner"),
        rx.el.div(button(t("standing.appoint"), type="submit", size="lg")),
        on_submit=ShopsState.appoint,
        class_name=_FORM,
        key=shop.slug + "-owner",
    )
    rename = app_form(
        _name_field("manage-name", default_value=shop.name),
        dialog_actions(button(t("standing.rename"), type="submit", kind="seal", size="lg"), ShopsState.leave),
        on_submit=ShopsState.rename,
        class_name=_FORM + " border-t border-line2 pt-4",
        key=shop.slug + "-name",
    )
    return dialog(
        rx.el.h3(t("standing.owners"), class_name="font-semibold mb-1"),
        rx.cond(length(shop.owners) > 0, owners, none),
        appoint,
        rename,
        title=t("standing.manage_one", name=shop.name),
        is_open=shop.slug != "",
        on_close=ShopsState.leave,
        name="managing",
    )


def _name_field(name: str, **props: Any) -> rx.Component:
    box = text_input("name", id=name, max_length=limits.SHOP_NAME[-1], auto_complete="off", **props)
    return field(t("standing.name"), box, name=name, error=ShopsState.name_error, hint=t("standing.name_hint"))


def _owner_field(name: str) -> rx.Component:
    box = text_input("owner", id=name, auto_complete="off")
    return field(t("standing.owner"), box, name=name, error=ShopsState.owner_error, hint=t("standing.owner_hint"))


PAGE = {
    "title": t("standing.shops"),
    "component": _page,
    "route": routes.ADMIN_SHOPS,
    "on_load": ShopsState.load,
}
