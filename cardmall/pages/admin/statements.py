"""对账: the channel's statement of each day, our rows and the ledger say the same; else what differs (R3)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions, link
from cardmall.components.format import full, money
from cardmall.components.forms import app_form, field, textarea
from cardmall.components.surface import card, pill, side_note
from cardmall.components.text import t, t_enum
from cardmall.states.admin.statements import StatementsState

_VIEW = StatementsState.view
_ASKED = StatementsState.asked
_LIST = "[&>*+*]:border-t [&>*+*]:border-line2"


def statements_card() -> rx.Component:
    even, off = pill(t("statement.agrees"), "jade"), pill(t("statement.differs", n=_VIEW.open), "seal")
    state = rx.cond(_VIEW.open > 0, off, even)
    checked = rx.cond(_VIEW.day, _last(), rx.el.p(t("statement.never"), class_name="text-ink2"))
    rows = rx.el.ul(rx.foreach(_VIEW.rows, _row), class_name=f"{_LIST} mt-2 empty:hidden")
    return card(checked, rows, side_note(t("statement.line")), _question(), title=t("statement.title"), aside=state)


def _last() -> rx.Component:
    sums = t("statement.sums", lines=_VIEW.lines, captured=money(_VIEW.captured), refunded=money(_VIEW.refunded))
    when = rx.el.div(t("statement.checked", at=full(_VIEW.checked_at)), class_name="text-sm text-ink2")
    return rx.el.div(rx.el.b(_VIEW.day, class_name="font-semibold tabular-nums"), " ", sums, when)


def _row(row: Any) -> rx.Component:
    what = rx.el.div(t_enum("statement.difference", row.difference), class_name="font-semibold")
    sums = t("statement.told_ours", told=money(row.told), ours=money(row.ours))
    number = rx.fragment(t_enum("statement.movement", row.movement), " ", row.number, " · ", row.day)
    about = rx.el.div(number, rx.el.br(), sums, class_name="text-sm text-ink2 tabular-nums [overflow-wrap:anywhere]")
    order = link(
        row.product, " ", row.order_no, href=routes.admin_order_url(row.order_no), class_name="text-sm underline py-1"
    )
    return rx.el.li(
        rx.el.div(what, about, rx.cond(row.order_no != "", order), class_name="min-w-0 grow"),
        rx.el.div(_acts(row), class_name="shrink-0"),
        class_name="flex flex-wrap gap-3 py-3",
        key=row.id,
    )


def _acts(row: Any) -> rx.Component:
    """The proposed repair; or a person looks and says what they found."""
    ask = button(
        t("statement.ask"),
        on_click=StatementsState.repair(row.id),
        kind="ink",
        custom_attrs={"aria-label": t("statement.ask_one", no=row.number)},
    )
    close = button(
        t("statement.close"),
        on_click=StatementsState.ask(row.id),
        kind="outline",
        custom_attrs={"aria-label": t("statement.close_one", no=row.number)},
    )
    return rx.el.div(rx.cond(row.repair == "ask_channel", ask), close, class_name="flex gap-2")


def _question() -> rx.Component:
    found = field(
        t("statement.note"),
        textarea("note", id="statement-note", rows=3),
        name="statement-note",
        error=StatementsState.note_error,
        hint=t("statement.note_hint"),
    )
    yes = button(t("statement.close"), kind="seal", size="lg", type="submit")
    form = app_form(
        found,
        dialog_actions(yes, StatementsState.dismiss),
        on_submit=StatementsState.close,
        class_name="mt-4",
        key=_ASKED.id,
    )
    line = rx.el.p(t_enum("statement.difference", _ASKED.difference), " ", _ASKED.number, class_name="text-ink2")
    title = t("statement.close_title")
    return dialog(line, form, title=title, is_open=_ASKED.id > 0, on_close=StatementsState.dismiss, name="statement")
