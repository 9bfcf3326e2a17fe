"""Everybody who asked support: the list, and one thread open beside it; one at a time on a phone (R62)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button
from cardmall.components.desk import desk_skeleton
from cardmall.components.feedback import empty
from cardmall.components.format import duration, instant
from cardmall.components.rows import status_pill
from cardmall.components.support import diagnosis_panel, support_form, support_messages
from cardmall.components.surface import card, cover, page_title, pill
from cardmall.components.text import t
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin_support import SupportDeskState
from cardmall.states.support import SupportState

_FIGURES: Any = SupportDeskState.figures
_ROWS: Any = SupportDeskState.rows
_CHOSEN: Any = SupportDeskState.chosen
_THREAD: Any = SupportState.thread
_VIEW: Any = SupportState.view


def support_desk_page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(SupportDeskState.loaded, rx.fragment(_title(), _panes()), waiting)
    counts = {"support": _FIGURES.waiting}
    return side_frame(Role.admin, guarded(content, waiting, Role.admin), here="support", counts=counts)


def _title() -> rx.Component:
    waits = rx.cond(_FIGURES.waiting > 0, pill(t("support.desk.waiting", n=_FIGURES.waiting), "seal"))
    took = t("support.desk.median", time=duration(_FIGURES.median_minutes))
    median = rx.cond(_FIGURES.median_minutes >= 0, took, t("support.desk.median_none"))
    return page_title(t("support.desk.title"), waits, aside=rx.el.span(median, class_name="text-sm text-ink2"))


def _panes() -> rx.Component:
    none = card(empty("messages-square", t("support.desk.none"), t("support.desk.none_line")))
    list_look = rx.cond(_CHOSEN != "", "max-lg:hidden min-w-0", "min-w-0")
    talk_look = rx.cond(_CHOSEN != "", "min-w-0", "max-lg:hidden min-w-0")
    both = rx.el.div(
        rx.el.div(_list(), class_name=list_look),
        rx.el.div(_thread(), class_name=talk_look),
        class_name="grid gap-4 lg:grid-cols-[minmax(0,320px)_minmax(0,1fr)] items-start",
    )
    return rx.cond((_ROWS.length() > 0) | (_CHOSEN != ""), both, none)


def _list() -> rx.Component:
    more = rx.el.div(
        button(t("support.desk.more"), on_click=SupportDeskState.show_more, size="lg"),
        class_name="p-3 text-center border-t border-line2",
    )
    rows = rx.el.ul(rx.foreach(_ROWS, _row), aria_label=t("support.desk.list"))
    return card(rows, rx.cond(_FIGURES.next_key != "", more), class_name="overflow-hidden")


def _row(row: Any) -> rx.Component:
    head = rx.el.div(
        rx.el.span(row.shopper, class_name="font-semibold"),
        rx.el.time(instant(row.last_at), class_name="ml-auto text-sm text-ink2 whitespace-nowrap"),
        class_name="flex items-baseline gap-2",
    )
    state = rx.cond(
        row.waiting_since,
        pill(t("support.desk.waits"), "amber"),
        rx.el.span(t("support.desk.answered"), class_name="text-sm text-ink2"),
    )
    last = rx.el.div(
        rx.el.span(row.last_text, class_name="truncate text-ink2"),
        rx.el.span(state, class_name="ml-auto shrink-0 flex"),
        class_name="flex items-center gap-2",
    )
    about = rx.el.div(row.product, class_name="text-sm truncate", title=row.product)
    look = "flex gap-3 px-4 py-3 border-t border-line2 hover:bg-paper aria-[current=true]:bg-grey-bg"
    go = link(
        cover(row.cover, size="sm"), rx.el.div(head, about, last, class_name="min-w-0 grow"),
        href=routes.admin_support_url(row.no), class_name=look,
        custom_attrs={"aria-current": rx.cond(row.no == _CHOSEN, "true", "false")},
    )  # fmt: skip
    return rx.el.li(go, key=row.no, data_thread=row.no, class_name="first:[&>a]:border-t-0")


def _thread() -> rx.Component:
    choose = card(empty("mouse-pointer-click", t("support.desk.choose"), t("support.desk.choose_line")))
    back = link_button(t("support.desk.back"), href=routes.ADMIN_SUPPORT, kind="outline", size="lg")
    missing = card(empty("search-x", t("support.desk.missing"), t("support.desk.missing_line"), back))
    known = rx.cond(
        SupportState.loaded & SupportState.missing, missing, rx.el.div(_talk(), _seen(), class_name="grid gap-4")
    )
    return rx.cond(_CHOSEN != "", known, choose)


def _talk() -> rx.Component:
    back = link(
        rx.icon("chevron-left", size=16, aria_hidden="true"), t("support.desk.back"), href=routes.ADMIN_SUPPORT,
        class_name="touch lg:hidden flex items-center gap-1 text-sm text-ink2 hover:text-ink",
    )  # fmt: skip
    waits = rx.el.p(t("support.desk.since", at=instant(_THREAD.waiting_since)), class_name="text-sm text-amber")
    about = rx.el.div(
        rx.el.h2(_THREAD.product, class_name="text-h2 font-semibold"),
        rx.el.p(t("talk.shopper", name=_THREAD.shopper), " · ", _THREAD.order_no, class_name="text-sm text-ink2"),
        rx.cond(_THREAD.waiting_since, waits),
        class_name="min-w-0",
    )
    order = link_button(t("support.to_order"), href=routes.order_url(_THREAD.order_no))
    now = rx.el.div(status_pill(_VIEW.pill, _VIEW.tone), order, class_name="sm:ml-auto flex items-center gap-3")
    head = rx.el.div(about, now, class_name="flex flex-wrap items-start gap-3 pb-3 mb-3 border-b border-line2")
    form = support_form(True, on_send=SupportState.send, sent=SupportState.sent, error=SupportState.text_error)
    return card(back, head, support_messages(_THREAD, True, tall=True), form, class_name="p-4 sm:p-5")


def _seen() -> rx.Component:
    return card(diagnosis_panel(_THREAD.diagnosis), title=t("support.attached"))


PAGE = {
    "title": t("support.desk.title"),
    "component": support_desk_page,
    "route": routes.ADMIN_SUPPORT,
    "on_load": [SupportState.load, SupportDeskState.load],
}
