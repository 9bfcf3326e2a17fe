"""One tap to support: the talk about one order, its state attached (R62). Shoppers and admins see the same page."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.codes import typed_count
from cardmall.components.controls import button, link_button
from cardmall.components.feedback import detail_skeleton, empty, two_columns
from cardmall.components.format import instant
from cardmall.components.forms import field, textarea
from cardmall.components.rows import status_pill
from cardmall.components.surface import card, page_title
from cardmall.components.text import t, t_enum
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.queries.order import WayView
from cardmall.queries.support import MessageView
from cardmall.states.session import SessionState
from cardmall.states.support import SupportState

THREAD: Any = SupportState.thread
VIEW: Any = SupportState.view
_ADMIN = SessionState.person.role == "admin"


def support_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(SupportState.loaded, _content(), waiting)
    missing = SupportState.missing
    return shop_frame(guarded(content, waiting, Role.shopper, Role.admin, missing=missing), here="orders")


def _content() -> rx.Component:
    back = link_button(t("support.to_order"), href=routes.order_url(VIEW.no))
    crumbs = [(t("order.crumb"), routes.ORDERS), (VIEW.no, routes.order_url(VIEW.no))]
    title = page_title(t("support.title"), aside=back, crumbs=crumbs, here=t("support.title"))
    about = rx.cond(_ADMIN, t("support.line_admin", no=VIEW.no), t("support.line", no=VIEW.no))
    talk = card(_messages(), _form(), title=VIEW.product, aside=about)
    return rx.el.div(title, two_columns([talk], [_attached()]))


def _messages() -> rx.Component:
    none = empty("messages-square", t("support.empty"), t("support.empty_line"))
    rows = rx.el.ol(rx.foreach(THREAD.messages, _message), class_name="grid gap-3", aria_live="polite")
    return rx.cond(THREAD.messages.length() > 0, rows, none)


def _message(one: rx.vars.ObjectVar[MessageView], n: rx.Var[int]) -> rx.Component:
    """One's own words stand on the right."""
    own = one.by_admin == _ADMIN
    name = rx.cond(one.by_admin, labels.role("admin"), labels.role("shopper"))
    who = rx.cond(own, t("support.you"), name)
    head = rx.el.div(who, " · ", rx.el.time(instant(one.at)), class_name="text-sm text-ink2")
    body = "rounded-cover px-3.5 py-2.5 whitespace-pre-line "
    words = rx.el.div(
        one.text, class_name=rx.cond(own, body + "bg-grey-bg", body + "bg-blue-bg border border-blue-line")
    )
    side = "grid gap-1 max-w-[85%] w-fit "
    return rx.el.li(head, words, class_name=rx.cond(own, side + "ml-auto justify-items-end", side), key=n)


def _form() -> rx.Component:
    box = textarea("text", rows=3)
    act = button(rx.cond(_ADMIN, t("support.send_admin"), t("support.send")), type="submit", kind="seal", size="lg")
    return rx.el.form(
        field(t("support.text"), box, name="text", error=SupportState.text_error, hint=t("support.text_hint")),
        rx.el.div(act, typed_count("text", limits.TEXT_LENGTH), class_name="flex items-center justify-between gap-3"),
        on_submit=SupportState.send,
        no_validate=True,
        key=f"sent-{SupportState.sent}",
        class_name="grid gap-3 mt-5 pt-4 border-t border-line2",
    )


def _attached() -> rx.Component:
    """The diagnostics an admin gets with the words: status, and each way as decided now."""
    state = rx.el.div(
        rx.el.span(t("support.status"), class_name="text-ink2"), status_pill(VIEW.pill, VIEW.tone),
        class_name="flex items-center gap-3 mb-3",
    )  # fmt: skip
    ways = rx.el.ul(rx.foreach(VIEW.ways, _way), class_name="grid gap-2")
    line = rx.el.p(t("support.attached_line"), class_name="text-sm text-ink2 mt-3")
    return card(state, ways, rx.cond(_ADMIN, rx.fragment(), line), title=t("support.attached"))


def _way(way: rx.vars.ObjectVar[WayView]) -> rx.Component:
    why = rx.cond(way.is_open, labels.open_reason(way.reason), labels.refused(way.reason))
    mark = rx.cond(way.is_open, "text-jade", "text-ink2")
    return rx.el.li(
        rx.el.span(t_enum("way.name", way.way), class_name="font-semibold"),
        rx.el.span(
            rx.cond(way.is_open, labels.outcome("open"), labels.outcome("refused")), class_name=mark
        ),
        rx.el.div(why, class_name="text-ink2 w-full"),
        class_name="flex flex-wrap gap-x-2 text-sm",
        key=way.way,
    )  # fmt: skip


PAGE = {
    "title": t("support.title"),
    "component": support_page,
    "route": routes.SUPPORT,
    "on_load": SupportState.load,
}
