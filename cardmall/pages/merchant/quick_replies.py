"""Quick replies beside a conversation: a press puts one into the message; a dialog keeps them."""

from typing import Any

import reflex as rx

from cardmall.components.ask import ask_button
from cardmall.components.controls import button, dialog, dialog_actions
from cardmall.components.conversation import TALK_TEXT
from cardmall.components.forms import app_form, field, mark_of, text_input, textarea
from cardmall.components.quick import put_words
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.states.merchant.quick_replies import QuickRepliesState as State

_ROWS: Any = State.rows
_EDITED: Any = State.edited


def quick_reply_bar() -> rx.Component:
    """Below the message that is being written."""
    puts = rx.foreach(_ROWS, lambda one: put_words(one.title, one.text, TALK_TEXT))
    keep = button(t("quick.manage"), on_click=State.keep, kind="ghost", size="sm")
    return rx.el.div(
        rx.el.span(t("quick.title"), class_name="text-sm text-ink2"),
        puts,
        keep,
        _dialog(),
        class_name="flex flex-wrap items-center gap-2 mt-3 pt-3 border-t border-line2",
        role="group",
        aria_label=t("quick.title"),
    )


def _dialog() -> rx.Component:
    none = rx.el.p(t("quick.none"), class_name="text-sm text-ink2")
    rows = rx.el.ul(rx.foreach(_ROWS, _row), class_name="grid gap-2 max-h-[36dvh] overflow-y-auto")
    shown = rx.cond(length(_ROWS) > 0, rows, none)
    return dialog(
        shown, _form(), title=t("quick.dialog"), is_open=State.keeping, on_close=State.close, name="quick-replies"
    )


def _row(one: Any) -> rx.Component:
    words = rx.el.div(
        rx.el.b(one.title, class_name="font-semibold [overflow-wrap:anywhere]"),
        rx.el.p(one.text, class_name="text-sm text-ink2 line-clamp-2 [overflow-wrap:anywhere]"),
        class_name="min-w-0 grow",
    )
    spoken = {"aria-label": t("quick.edit_one", name=one.title)}
    edit = button(t("quick.edit"), on_click=State.edit(one.key), custom_attrs=spoken)
    drop = ask_button(
        "quick.ask",
        t("quick.delete"),
        on_yes=State.delete(one.key),
        spoken=t("quick.delete_one", name=one.title),
        name=one.title,
    )
    look = "flex max-sm:flex-wrap items-center gap-2 rounded-control border border-line2 p-2.5"
    return rx.el.li(words, rx.el.div(edit, drop, class_name="flex gap-2 shrink-0"), class_name=look, key=one.key)


def _form() -> rx.Component:
    new = _EDITED.key == ""
    title = text_input("title", id="quick-title", default_value=_EDITED.title, max_length=2 * limits.QUICK_TITLE)
    words = textarea("text", id="quick-text", rows=3, default_value=_EDITED.text)
    save = button(rx.cond(new, t("quick.add"), t("quick.change")), type="submit", kind="seal", size="lg")
    return app_form(
        mark_of(_EDITED.key),
        rx.el.h3(rx.cond(new, t("quick.new"), t("quick.edit_one", name=_EDITED.title)), class_name="font-semibold"),
        field(t("quick.name"), title, name="quick-title", error=State.title_error, hint=t("quick.name_hint")),
        field(t("quick.text"), words, name="quick-text", error=State.text_error, hint=t("quick.text_hint")),
        dialog_actions(save, State.close),
        on_submit=State.save,
        class_name="mt-4 flex flex-col gap-4",
        key=rx.Var.create(State.saved).to(str),
    )
