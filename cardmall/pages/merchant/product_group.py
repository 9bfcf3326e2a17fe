"""The group a product is in: its face there, the others, and what is done to the group as a whole."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.ask import ask_button
from cardmall.components.codes import typed_count
from cardmall.components.controls import button, link
from cardmall.components.format import money
from cardmall.components.forms import field, text_input
from cardmall.components.stock import counted
from cardmall.components.surface import card, table, table_cell, table_row
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.states.merchant.product import MerchantProductState as State

_VIEW: Any = State.view
_TYPED: Any = State.typed
_GROUPS = "groups"  # the id of the list of names


def group_card() -> rx.Component:
    """Both fields empty: it stands alone."""
    names = rx.el.datalist(rx.foreach(_VIEW.groups, lambda name: rx.el.option(value=name)), id=_GROUPS)
    group = text_input(
        "group", default_value=_TYPED["group"], max_length=2 * limits.GROUP_NAME[-1], custom_attrs={"list": _GROUPS}
    )
    face = text_input("face", default_value=_TYPED["face"], max_length=2 * limits.FACE[-1])
    count = rx.el.div(typed_count("face", limits.FACE[-1]), class_name="text-right mt-1")
    fields = rx.el.div(
        _named("group", group, State.group_error),
        rx.el.div(_named("face", face, State.face_error), count),
        class_name="grid gap-4 sm:grid-cols-2 items-start",
    )
    inside = rx.el.div(fields, names, rx.cond(length(_VIEW.members) > 0, _members()), class_name="grid gap-4")
    return card(inside, title=t("goods.sheet.group"), aside=t("goods.sheet_line.group"))


def _named(name: str, control: rx.Component, error: Any) -> rx.Component:
    return field(t(f"goods.form.{name}"), control, name=name, error=error, hint=t(f"goods.hint.{name}"), optional=True)


def _members() -> rx.Component:
    columns = [t(f"goods.column.{name}") for name in ("face", "price", "stock", "state")]
    spoken = rx.el.span(t("goods.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(_VIEW.members, _member), label=t("goods.sheet.group"))
    same = _TYPED["group"] == _VIEW.goods.group_name
    acts = rx.el.div(
        button(t("goods.rename_group"), on_click=State.rename_group, disabled=same),
        ask_button(
            "goods.dissolve", t("goods.dissolve_group"), on_yes=State.dissolve_group, name=_VIEW.goods.group_name
        ),
        class_name="flex flex-wrap gap-2",
    )
    return rx.el.div(rx.el.div(rows, class_name="overflow-x-auto"), acts, class_name="grid gap-3")


def _member(one: Any) -> rx.Component:
    here = one.slug == _VIEW.slug
    word = rx.cond(one.listed, t("goods.tab.listed"), t("goods.tab.unlisted"))
    state = rx.cond(one.archived, t("goods.tab.archived"), word)
    some = counted(one.stock, t("goods.pieces", n=one.stock), t("goods.many"))
    stock = rx.cond(one.stock < 0, t("mall.by_hand"), rx.cond(one.stock == 0, t("mall.sold_out"), some))
    edit = link(
        t("goods.edit"),
        href=routes.merchant_product_url(one.slug),
        aria_label=t("goods.edit_one", name=one.face),
        class_name="touch underline underline-offset-2",
    )
    return table_row(
        table_cell(rx.el.b(one.face, class_name="font-semibold")),
        table_cell(money(one.price), label=t("goods.column.price")),
        table_cell(stock, label=t("goods.column.stock")),
        table_cell(state, label=t("goods.column.state")),
        table_cell(rx.cond(here, rx.el.span(t("goods.this_one"), class_name="text-ink2"), edit)),
        key=one.slug,
    )
