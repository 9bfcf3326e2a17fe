"""One tap to support: the talk about one order, its state attached (R62). Shoppers and admins see the same page."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.controls import link_button
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.format import duration
from cardmall.components.rows import status_pill
from cardmall.components.support import diagnosis_panel, seen_way, support_form, support_messages
from cardmall.components.surface import card, page_title
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.terms import Role, Way
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.whose import orders_crumb
from cardmall.states.session import SessionState
from cardmall.states.shopper.support import SupportState

THREAD = SupportState.thread
VIEW = SupportState.view
_ADMIN = SessionState.person.role == "admin"


def support_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(SupportState.loaded, _content(), waiting)
    missing = SupportState.missing
    return shop_frame(guarded(content, waiting, Role.shopper, Role.admin, missing=missing), here="orders", desk=True)


def _content() -> rx.Component:
    back = link_button(t("support.to_order"), href=routes.order_url(VIEW.no))
    crumbs = [orders_crumb(), (VIEW.no, routes.order_url(VIEW.no))]
    title = page_title(t("support.title"), aside=back, crumbs=crumbs, here=t("support.title"))
    about = rx.cond(_ADMIN, t("support.line_admin", no=VIEW.no), t("support.line", no=VIEW.no))
    told = {"on_send": SupportState.send, "sent": SupportState.sent, "error": SupportState.text_error}
    form = support_form(VIEW.no, _ADMIN, **told)
    talk = card(support_messages(THREAD, _ADMIN), form, _median(), title=VIEW.product, aside=about)
    return rx.el.div(title, two_columns([talk], [rx.cond(_ADMIN, _seen(), _attached())]))


def _median() -> rx.Component:
    words = rx.el.p(t("support.median", time=duration(THREAD.median_minutes)), class_name="text-sm text-ink2 mt-3")
    return rx.cond((THREAD.median_minutes >= 0) & ~_ADMIN, words)


def _seen() -> rx.Component:
    return card(diagnosis_panel(THREAD.diagnosis), title=t("support.attached"))


def _attached() -> rx.Component:
    """What an admin gets with the words, said before it is sent: the status, each way as decided now, and the rest."""
    state = rx.el.div(
        rx.el.span(t("support.status"), class_name="text-ink2"),
        status_pill(VIEW.pill, VIEW.tone),
        class_name="flex items-center gap-3 mb-3",
    )
    ways = rx.el.ul(rx.foreach(VIEW.ways, _way), class_name="grid gap-2")
    more = rx.el.p(t("support.attached_more", n=limits.SUPPORT_EVENTS), class_name="text-sm text-ink2 mt-3")
    never = rx.el.p(t("support.attached_never"), class_name="text-sm text-ink2 mt-1")
    return card(state, ways, more, never, title=t("support.attached"))


def _way(way: Any) -> rx.Component:
    """What the shopper could do instead of asking is one press away."""
    why = rx.cond(way.is_open, labels.open_reason(way.reason), labels.refused(way.reason))
    here = choose(
        way.way,
        (Way.cancel_now.value, routes.order_url(VIEW.no) + "#ways"),
        (Way.appeal.value, routes.appeal_url(VIEW.no)),
        otherwise=routes.way_url(VIEW.no, way.way),
    )
    return seen_way(way, why, here)


PAGE = {
    "title": t("support.title"),
    "component": support_page,
    "route": routes.SUPPORT,
    "on_load": SupportState.load,
}
