"""订单查找: one search for any order, person or shop, and the orders of one shop (R78, R95)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link_button
from cardmall.components.feedback import empty, list_skeleton
from cardmall.components.forms import app_form, search_input
from cardmall.components.surface import card, page_title
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.domain.typed import TAIL
from cardmall.pages.admin.found import found_table
from cardmall.pages.admin.standing import unless_trouble
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.orders import FindState


def find_page() -> rx.Component:
    waiting = list_skeleton()
    body = rx.fragment(_title(), _search(), unless_trouble(FindState.trouble, _found()))
    content = rx.cond(FindState.loaded, body, waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="orders")


def _title() -> rx.Component:
    of_shop = t("find.of_shop", name=FindState.shop)
    line = rx.el.span(rx.cond(FindState.shop != "", of_shop, t("find.line")), class_name="text-sm text-ink2")
    return page_title(t("find.title"), line)


def _search() -> rx.Component:
    """Enter or the button searches; what can be searched stands below."""
    box = search_input(t("find.search"), default_value=FindState.q, key=FindState.q)
    act = button(t("standing.search"), type="submit", kind="ink", size="lg")
    row = rx.el.div(rx.el.div(box, class_name="grow min-w-0"), act, class_name="flex gap-2 max-w-[560px]")
    hint = rx.el.p(t("find.hint", digits=TAIL), class_name="text-sm text-ink2 mt-2")
    return app_form(row, hint, on_submit=FindState.search, role="search", class_name="mb-[18px]")


def _found() -> rx.Component:
    some = found_table(FindState.rows, t("find.title"), prev_url=FindState.prev_url, next_url=FindState.next_url)
    clear = link_button(t("orders.clear"), href=routes.ADMIN_ORDERS, kind="outline", size="lg")
    asked = (FindState.q != "") | (FindState.shop != "")
    nothing = rx.cond(
        asked,
        empty("search-x", t("standing.empty"), t("find.empty_line", digits=TAIL), clear),
        empty("search", t("find.begin"), t("find.begin_line")),
    )
    return rx.cond(length(FindState.rows) > 0, some, card(nothing))


PAGE = {
    "title": t("find.title"),
    "component": find_page,
    "route": routes.ADMIN_ORDERS,
    "on_load": FindState.load,
}
