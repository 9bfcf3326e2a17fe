"""The inbox: what happened, newest first; each notice leads to its order (R46)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button
from cardmall.components.feedback import empty, rows_skeleton, title_skeleton
from cardmall.components.format import duration, full
from cardmall.components.labels import notice_line, notice_title
from cardmall.components.surface import card, page_title
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.pages.frame import guarded, shop_frame
from cardmall.states.session import SessionState
from cardmall.states.shopper.inbox import InboxState, NoticeRow


def inbox_page() -> rx.Component:
    waiting = rx.el.div(title_skeleton(), rows_skeleton())
    content = rx.cond(InboxState.loaded, rx.fragment(_title(), _list()), waiting)
    return shop_frame(guarded(content, waiting, keep=True), here="inbox")


def _title() -> rx.Component:
    unread = SessionState.person.unread
    count = rx.el.span(t("frame.unread", n=unread), class_name="text-sm text-ink2")
    act = button(t("inbox.read_all"), on_click=InboxState.read_all, disabled=unread == 0)
    return page_title(t("inbox.title"), rx.cond(unread > 0, count), aside=act)


def _list() -> rx.Component:
    rows = rx.el.ul(rx.foreach(InboxState.rows, _row), class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    more = rx.el.div(button(t("inbox.more"), on_click=InboxState.show_more, size="lg"), class_name="mt-4 text-center")
    some = rx.fragment(card(rows, class_name="overflow-hidden"), rx.cond(InboxState.more, more))
    return rx.cond(length(InboxState.rows) > 0, some, card(_empty()))


def _empty() -> rx.Component:
    go = link_button(t("inbox.empty_link"), href=routes.HOME, kind="outline", size="lg")
    return empty("bell", t("inbox.empty"), t("inbox.empty_line"), go)


def _row(row: rx.vars.ObjectVar[NoticeRow]) -> rx.Component:
    dot_look = "size-2 rounded-full mt-[7px] shrink-0"
    dot = rx.el.span(
        rx.cond(row.unread, rx.el.span(t("inbox.unread"), class_name="sr-only"), ""),
        class_name=rx.cond(row.unread, f"bg-stamp {dot_look}", f"bg-transparent {dot_look}"),
    )
    title = rx.el.div(
        rx.el.span(notice_title(row.kind), class_name=rx.cond(row.unread, "font-semibold", "font-normal text-ink2")),
        rx.el.time(full(row.at), class_name="text-sm text-ink2 sm:ml-auto tabular-nums"),
        class_name="flex flex-wrap items-baseline gap-x-3",
    )
    left = rx.cond(row.minutes != 0, rx.fragment(" · ", t("inbox.left", time=duration(row.minutes))))
    line = rx.el.div(notice_line(row.kind), left, class_name="text-ink2")
    about = rx.cond(
        row.product != "",
        rx.el.div(
            row.product,
            rx.cond(row.order_no != "", rx.fragment(" · ", row.order_no)),
            title=row.product,
            class_name="text-sm text-ink2 truncate",
        ),
    )
    look = "flex gap-3 px-4 sm:px-[18px] py-3.5 hover:bg-paper"
    body = rx.el.div(title, line, about, class_name="min-w-0 grow")
    return rx.el.li(link(dot, body, href=row.url, class_name=look, on_click=InboxState.read(row.id)), key=row.id)


PAGE = {
    "title": t("inbox.title"),
    "component": inbox_page,
    "route": routes.INBOX,
    "on_load": InboxState.load,
}
