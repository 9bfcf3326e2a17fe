"""What shoppers write to the shop: the list, and one conversation open beside it; one at a time on a phone (R55)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button
from cardmall.components.desk import desk_skeleton, talk_entry, two_panes
from cardmall.components.feedback import empty
from cardmall.components.format import duration, instant
from cardmall.components.surface import card, page_title, pill
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_facts import order_link
from cardmall.pages.merchant.quick_replies import quick_reply_bar
from cardmall.pages.talk import VIEW, talk_pane
from cardmall.states.merchant.messages import MessagesState
from cardmall.states.merchant.quick_replies import QuickRepliesState
from cardmall.states.talk import ConversationState

_FIGURES = MessagesState.figures
_CHOSEN: Any = MessagesState.chosen


def messages_page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(MessagesState.loaded, rx.fragment(_title(), _panes()), waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="messages")


def _title() -> rx.Component:
    unread = rx.cond(_FIGURES.unread > 0, pill(t("talk.desk.unread", n=_FIGURES.unread), "seal"))
    took = t("talk.median_own", time=duration(_FIGURES.median_minutes))
    median = rx.cond(_FIGURES.median_minutes >= 0, rx.el.span(took, class_name="text-sm text-ink2"))
    return page_title(t("talk.desk.title"), unread, aside=median)


def _panes() -> rx.Component:
    none = card(empty("messages-square", t("talk.desk.none"), t("talk.desk.none_line")))
    both = two_panes(_list(), _talk(), chosen=_CHOSEN != "")
    some = (length(MessagesState.rows) > 0) | (_CHOSEN != "")
    return rx.cond(some, both, none)


def _list() -> rx.Component:
    more = rx.el.div(
        button(t("talk.desk.more"), on_click=MessagesState.show_more, size="lg"),
        class_name="p-3 text-center border-t border-line2",
    )
    rows = rx.el.ul(rx.foreach(MessagesState.rows, _row), aria_label=t("talk.desk.list"))
    return card(rows, rx.cond(_FIGURES.next_key != "", more), class_name="overflow-hidden")


def _row(row: Any) -> rx.Component:
    here = row.no == _CHOSEN
    unread = rx.el.b(
        row.unread,
        class_name="min-w-[18px] rounded-full bg-stamp px-1.5 text-center text-[11px]/[18px] font-semibold text-white",
        aria_label=t("talk.new", n=row.unread),
    )
    waits = pill(t("talk.desk.waits"), "amber")
    words = rx.cond(row.last_text != "", row.last_text, t("talk.desk.picture"))
    state = rx.cond(row.unread > 0, unread, rx.cond(row.waiting_since, waits))
    return talk_entry(row, words, state, href=routes.messages_url(row.no), here=here, data_talk=row.no)


def _talk() -> rx.Component:
    choose = card(empty("mouse-pointer-click", t("talk.desk.choose"), t("talk.desk.choose_line")))
    back = link_button(t("talk.desk.back"), href=routes.MERCHANT_MESSAGES, kind="outline", size="lg")
    missing = card(empty("search-x", t("talk.desk.missing"), t("talk.desk.missing_line"), back))
    known = rx.cond(ConversationState.loaded & (VIEW.no == ""), missing, _open())
    return rx.cond(_CHOSEN != "", known, choose)


def _open() -> rx.Component:
    back = link(
        rx.icon("chevron-left", size=16, aria_hidden="true"),
        t("talk.desk.back"),
        href=routes.MERCHANT_MESSAGES,
        class_name="touch lg:hidden flex items-center gap-1 text-sm text-ink2 hover:text-ink",
    )
    paper = link_button(t("talk.desk.print"), href=routes.print_url(VIEW.no), class_name="sm:ml-auto")
    waits = rx.el.p(t("talk.waiting", at=instant(VIEW.waiting_since)), class_name="text-sm text-amber")
    about = rx.el.div(
        rx.el.h2(VIEW.product, class_name="text-h2 font-semibold"),
        rx.el.p(t("talk.shopper", name=VIEW.shopper), " · ", order_link(VIEW.no), class_name="text-sm text-ink2"),
        rx.cond(VIEW.waiting_since, waits),
        class_name="min-w-0",
    )
    head = rx.el.div(about, paper, class_name="flex flex-wrap items-start gap-3 pb-3 mb-3 border-b border-line2")
    return card(back, head, talk_pane(tall=True), quick_reply_bar(), class_name="p-4 sm:p-5")


PAGE = {
    "title": t("talk.desk.title"),
    "component": messages_page,
    "route": routes.MERCHANT_MESSAGES,
    "on_load": [MessagesState.load, ConversationState.load, QuickRepliesState.load],
}
