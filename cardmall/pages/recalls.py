"""The form of a recall and the list of recalls, on the page of a product's stock and on an admin's."""

from typing import Any

import reflex as rx

from cardmall.components.codes import typed_count
from cardmall.components.controls import button, dialog, dialog_actions
from cardmall.components.feedback import info_box
from cardmall.components.format import full, money
from cardmall.components.forms import app_form, chip, chips, error_line, field, mark_of, textarea
from cardmall.components.labels import item_trouble, recall_reason
from cardmall.components.surface import card
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.recalls import Looked, RecallReason, Remedy

_KEY = "stock.recall"


def recall_dialog(state: Any) -> rx.Component:
    """Why, what is told to buyers, what they get, which cards; then what that touches, then the press."""
    form = app_form(
        mark_of(state.recalled_batch),
        rx.cond(state.recalled_batch == "", _codes(state)),
        chips(
            "reason",
            t(f"{_KEY}.reason"),
            *(chip("reason", one.value, recall_reason(one.value)) for one in RecallReason),
            error=state.reason_error,
        ),
        _words(state),
        chips(
            "remedy",
            t(f"{_KEY}.remedy"),
            *(chip("remedy", one.value, t(f"{_KEY}.remedies.{one.value}")) for one in Remedy),
            error=state.remedy_error,
        ),
        chips(
            "looked",
            t(f"{_KEY}.looked"),
            *(
                chip("looked", one.value, t(f"{_KEY}.looked_{one.value}"), default_checked=one is Looked.unseen)
                for one in Looked
            ),
            error=state.looked_error,
        ),
        error_line("batch", state.batch_error),
        rx.cond(state.previewed, rx.fragment(_effect(state), rx.el.input(type="hidden", name="counted", value="yes"))),
        dialog_actions(_yes(state), state.leave_recall),
        on_submit=state.recall,
        class_name="mt-3 flex flex-col gap-4",
        key=state.recalled_batch + rx.Var.create(state.recalling).to(str),
    )
    title = rx.cond(
        state.recalled_batch == "", t(f"{_KEY}.title_codes"), t(f"{_KEY}.title_batch", name=state.recalled_batch)
    )
    about = rx.el.p(t(f"{_KEY}.line"), class_name="text-ink2")
    return dialog(about, form, title=title, is_open=state.recalling, on_close=state.leave_recall, name="recall")


def _codes(state: Any) -> rx.Component:
    box = textarea("codes", id="recall-codes", rows=4, auto_complete="off", spell_check=False)
    return field(t(f"{_KEY}.codes"), box, name="recall-codes", error=state.codes_error, hint=t(f"{_KEY}.codes_hint"))


def _words(state: Any) -> rx.Component:
    box = textarea("words", id="recall-words", rows=3)
    return rx.el.div(
        field(t(f"{_KEY}.words"), box, name="recall-words", error=state.words_error, hint=t(f"{_KEY}.words_hint")),
        rx.el.div(typed_count("recall-words", limits.RECALL_WORDS), class_name="text-right"),
    )


def _effect(state: Any) -> rx.Component:
    found: Any = state.recall_effect
    told = rx.el.ul(
        rx.el.li(t(f"{_KEY}.effect_orders", orders=found.orders, cards=found.cards)),
        rx.el.li(t(f"{_KEY}.effect_shelf", n=found.shelf)),
        rx.el.li(t(f"{_KEY}.effect_money", amount=money(found.fen))),
        class_name="list-disc pl-5 grid gap-0.5",
    )
    return info_box(told, tone="seal", icon="triangle-alert")


def _yes(state: Any) -> rx.Component:
    words = rx.cond(state.previewed, t(f"{_KEY}.yes"), t(f"{_KEY}.look"))
    return button(words, kind="seal", size="lg", type="submit")


def recall_list(state: Any, rows: Any, *, may: Any, batches: Any = None) -> rx.Component:
    """Each recall with how far it is; and the way to recall single codes. Nothing of it for who may not recall.
    `batches`: names of those that have a button here."""
    named = button(t(f"{_KEY}.begin_codes"), on_click=state.begin_recall(""))
    listed = rx.el.ul(
        rx.foreach(rows, lambda row: _recall(state, row)), class_name="grid gap-4 mb-4 divide-y divide-line2"
    )
    none = rx.el.p(t(f"{_KEY}.none"), class_name="text-sm text-ink2 mb-3")
    whole = rx.foreach(batches, lambda name: _begin(state, name)) if batches is not None else rx.fragment()
    acts = rx.el.div(whole, named, class_name="flex flex-wrap gap-2")
    sheet = card(rx.cond(length(rows) > 0, listed, none), acts, title=t(f"{_KEY}.list"))
    return rx.cond(may, rx.fragment(sheet, recall_dialog(state)))


def _begin(state: Any, name: Any) -> rx.Component:
    return button(t(f"{_KEY}.begin_one", name=name), on_click=state.begin_recall(name), key=name)


def _recall(state: Any, row: Any) -> rx.Component:
    which = rx.cond(row.batch == "", t(f"{_KEY}.named"), row.batch)
    name = rx.el.b(which, class_name="font-semibold")
    maker = rx.cond(row.maker != "", row.maker, t(f"{_KEY}.by_platform"))
    about = rx.el.div(
        recall_reason(row.reason), " · ", maker, " · ", full(row.at), class_name="text-sm text-ink2 tabular-nums"
    )
    stand = rx.el.p(
        t(f"{_KEY}.counts", done=row.done, waiting=row.waiting, failed=row.failed), class_name="tabular-nums"
    )
    spoken = t(f"{_KEY}.retry_one", name=which)
    again = button(
        t(f"{_KEY}.retry"),
        on_click=state.retry(row.key),
        size="sm",
        class_name="justify-self-start",
        custom_attrs={"aria-label": spoken},
    )
    left = (row.waiting > 0) | (row.failed > 0)
    items = rx.el.ul(rx.foreach(row["items"], _item), class_name="grid gap-1 text-sm text-seal")
    words = rx.el.p(row.words, class_name="text-sm line-clamp-3 [overflow-wrap:anywhere]")
    stuck = rx.cond(row.failed > 0, items)
    return rx.el.li(name, about, words, stand, stuck, rx.cond(left, again), class_name="grid gap-1 pt-3", key=row.key)


def _item(item: Any) -> rx.Component:
    return rx.el.li(t(f"{_KEY}.item", order=item.order, tail=item.tail), " · ", item_trouble(item.trouble))
