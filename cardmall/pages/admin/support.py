"""Everybody who asked support: the list, and one thread open beside it; one at a time on a phone (R62)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button
from cardmall.components.desk import desk_skeleton, talk_entry, two_panes
from cardmall.components.feedback import empty
from cardmall.components.format import duration, instant
from cardmall.components.rows import status_pill
from cardmall.components.support import diagnosis_panel, support_form, support_messages
from cardmall.components.surface import card, page_title, pill
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.support import SupportDeskState
from cardmall.states.shopper.support import SupportState

_FIGURES = SupportDeskState.figures
_ROWS = SupportDeskState.rows
_CHOSEN: Any = SupportDeskState.chosen
_THREAD = SupportState.thread
_VIEW = SupportState.view


def support_desk_page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(SupportDeskState.loaded, rx.fragment(_title(), _panes()), waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="support")


def _title() -> rx.Component:
    waits = rx.cond(_FIGURES.waiting > 0, pill(t("support.desk.waiting", n=_FIGURES.waiting), "seal"))
    took = t("support.desk.median", time=duration(_FIGURES.median_minutes))
    median = rx.cond(_FIGURES.median_minutes >= 0, took, t("support.desk.median_none"))
    return page_title(t("support.desk.title"), waits, aside=rx.el.span(median, class_name="text-sm text-ink2"))


def _panes() -> rx.Component:
    none = card(empty("messages-square", t("support.desk.none"), t("support.desk.none_line")))
    both = two_panes(_list(), _thread(), chosen=_CHOSEN != "")
    return rx.cond((length(_ROWS) > 0) | (_CHOSEN != ""), both, none)


def _list() -> rx.Component:
    more = rx.el.div(
        button(t("support.desk.more"), on_click=SupportDeskState.show_more, size="lg"),
        class_name="p-3 text-center border-t border-line2",
    )
    rows = rx.el.ul(rx.foreach(_ROWS, _row), aria_label=t("support.desk.list"))
    return card(rows, rx.cond(_FIGURES.next_key != "", more), class_name="overflow-hidden")


def _row(row: Any) -> rx.Component:
    state = rx.cond(
        row.waiting_since,
        pill(t("support.desk.waits"), "amber"),
        rx.el.span(t("support.desk.answered"), class_name="text-sm text-ink2"),
    )
    url, here = routes.admin_support_url(row.no), row.no == _CHOSEN
    return talk_entry(row, row.last_text, state, href=url, here=here, data_thread=row.no)


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
        rx.icon("chevron-left", size=16, aria_hidden="true"),
        t("support.desk.back"),
        href=routes.ADMIN_SUPPORT,
        class_name="touch lg:hidden flex items-center gap-1 text-sm text-ink2 hover:text-ink",
    )
    waits = rx.el.p(t("support.desk.since", at=instant(_THREAD.waiting_since)), class_name="text-sm text-amber")
    about = rx.el.div(
        rx.el.h2(_THREAD.product, class_name="text-h2 font-semibold"),
        rx.el.p(t("talk.shopper", name=_THREAD.shopper), " · ", _THREAD.order_no, class_name="text-sm text-ink2"),
        rx.cond(_THREAD.waiting_since, waits),
        class_name="min-w-0",
    )
    order = link_button(t("support.to_order"), href=routes.admin_order_url(_THREAD.order_no))
    now = rx.el.div(status_pill(_VIEW.pill, _VIEW.tone), order, class_name="sm:ml-auto flex items-center gap-3")
    head = rx.el.div(about, now, class_name="flex flex-wrap items-start gap-3 pb-3 mb-3 border-b border-line2")
    told = {"on_send": SupportState.send, "sent": SupportState.sent, "error": SupportState.text_error}
    form = support_form(_THREAD.order_no, True, **told)
    return card(back, head, support_messages(_THREAD, True, tall=True), form, class_name="p-4 sm:p-5")


def _seen() -> rx.Component:
    return card(diagnosis_panel(_THREAD.diagnosis), title=t("support.attached"))


PAGE = {
    "title": t("support.desk.title"),
    "component": support_desk_page,
    "route": routes.ADMIN_SUPPORT,
    "on_load": [SupportState.load, SupportDeskState.load],
}
