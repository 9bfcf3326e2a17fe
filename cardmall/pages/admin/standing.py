"""What the lists of shops and of accounts share: search, state of a row, and the question before it changes."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child, button, dialog, dialog_actions
from cardmall.components.feedback import empty, info_box
from cardmall.components.format import day, instant
from cardmall.components.forms import app_form, field, search_input, textarea
from cardmall.components.surface import card, pill, table
from cardmall.components.text import t


def search(label: Child, on_submit: Any) -> rx.Component:
    """One field; Enter or the button searches."""
    box = search_input(label)
    act = button(t("standing.search"), type="submit", kind="outline", size="lg")
    look = "flex gap-2 mb-3.5 max-w-[460px]"
    wide = rx.el.div(box, class_name="grow min-w-0")
    return app_form(wide, act, on_submit=on_submit, role="search", class_name=look)


def unless_trouble(trouble: Any, found: rx.Component) -> rx.Component:
    """What was found, or why nothing is searched now."""
    return rx.cond(trouble != "", info_box(trouble, tone="amber", icon="clock"), found)


def standing_table(columns: list[Child], rows: Any, label: Child, *, more: rx.Component) -> rx.Component:
    """The table and the way to its next page."""
    spoken = rx.el.span(t("standing.column.act"), class_name="sr-only")
    some = rx.el.div(table(*columns, spoken, rows=rows, label=label), class_name="overflow-x-auto")
    return rx.fragment(card(some, class_name="overflow-hidden"), more)


def nothing() -> rx.Component:
    return card(empty("search-x", t("standing.empty"), t("standing.empty_line")))


def more_button(on_click: Any) -> rx.Component:
    return rx.el.div(button(t("standing.more"), on_click=on_click, size="lg"), class_name="mt-4 text-center")


def state_of(row: Any, fine: Child) -> rx.Component:
    """`fine`, or since when it is disabled and why."""
    since = rx.el.div(instant(row.disabled_at), class_name="text-sm text-ink2 whitespace-nowrap mt-0.5")
    why = rx.el.div(row.note, title=row.note, class_name="text-sm text-ink2 line-clamp-2 max-w-[26ch]")
    return rx.cond(row.disabled_at, rx.el.div(pill(t("standing.disabled"), "seal"), since, why), pill(fine, "jade"))


def shop_state(row: Any) -> rx.Component:
    """Open, disabled, or away by its owner's will until a day, with the owner's words."""
    why = rx.el.div(row.away_note, title=row.away_note, class_name="text-sm text-ink2 line-clamp-2 max-w-[26ch] mt-0.5")
    away = rx.el.div(pill(t("standing.away", day=day(row.back_at)), "grey"), why)
    return rx.cond(row.back_at & ~row.disabled_at, away, state_of(row, t("standing.open")))


def row_button(row: Any, name: Any, on_click: Any) -> rx.Component:
    """Opens the question."""
    words = rx.cond(row.disabled_at, t("standing.enable"), t("standing.disable"))
    spoken = rx.cond(row.disabled_at, t("standing.enable_one", name=name), t("standing.disable_one", name=name))
    act = button(
        words, on_click=on_click, kind="outline", class_name="max-md:grow", custom_attrs={"aria-label": spoken}
    )
    return rx.el.div(act, class_name="flex md:justify-end")


def standing_question(state: Any, kind: str, key: Any) -> rx.Component:
    """What follows, why, and the yes. `kind`: shop or person."""
    asked: Any = state.asked
    enabling = asked.disabled_at
    name = asked.name
    title = rx.cond(enabling, t(f"standing.{kind}.enable", name=name), t(f"standing.{kind}.disable", name=name))
    effects = rx.cond(enabling, _effects(kind, "on"), _effects(kind, "off"))
    why = field(
        t("standing.reason"),
        textarea("text", id="standing-text", rows=3),
        name="standing-text",
        error=state.text_error,
        hint=t("standing.reason_hint"),
    )
    yes = button(rx.cond(enabling, t("standing.enable"), t("standing.disable")), kind="seal", size="lg", type="submit")
    form = app_form(why, dialog_actions(yes, state.dismiss), on_submit=state.decide, class_name="mt-4", key=key)
    return dialog(effects, form, title=title, is_open=name != "", on_close=state.dismiss, name="standing")


def _effects(kind: str, way: str) -> rx.Component:
    lines = [rx.el.li(t(f"standing.{kind}.{way}_{n}")) for n in (1, 2, 3, 4)]
    return rx.el.ul(*lines, class_name="list-disc pl-5 grid gap-1 text-ink2")
