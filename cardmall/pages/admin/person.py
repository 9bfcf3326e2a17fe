"""One person on the admins' desk: masked, with their orders and cases (R78)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import link
from cardmall.components.feedback import detail_skeleton, empty, two_columns
from cardmall.components.format import day
from cardmall.components.labels import role
from cardmall.components.surface import card, fact, facts, page_title, section_title
from cardmall.components.text import t
from cardmall.components.unmask import field_name, masked_fact
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.admin.case_lines import case_lines_card
from cardmall.pages.admin.found import found_table
from cardmall.pages.admin.standing import state_of
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.person import PersonState

_VIEW: Any = PersonState.view


def _page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(PersonState.loaded, _content(), waiting)
    shown = guarded(content, waiting, Role.admin, missing=PersonState.missing)
    return side_frame(Role.admin, shown, here="people")


def _content() -> rx.Component:
    name = _VIEW.held[0].shown
    here = t("find.account", no=_VIEW.no)
    title = page_title(name, crumbs=[(t("standing.people"), routes.ADMIN_PEOPLE)], here=here)
    cases = case_lines_card(_VIEW.cases, t("find.cases"), t("shop_order.no_cases"))
    return rx.el.div(title, two_columns([_orders(), cases], [_facts()]))


def _orders() -> rx.Component:
    some = found_table(_VIEW.orders, t("find.orders"), prev_url=PersonState.prev_url, next_url=PersonState.next_url)
    none = card(empty("receipt-text", t("orders.none")))
    return rx.el.section(section_title(t("find.orders")), rx.cond(length(_VIEW.orders) > 0, some, none))


def _facts() -> rx.Component:
    held = rx.foreach(
        _VIEW.held,
        lambda one: fact(field_name(one), masked_fact(one, kind="person", no=_VIEW.no, name=field_name(one))),
    )
    look = "underline underline-offset-2 py-2.5 -my-2.5 [overflow-wrap:anywhere]"
    shop = link(_VIEW.shop, href=routes.admin_shop_url(_VIEW.shop_slug), class_name=look)
    return card(
        facts(
            held,
            (t("standing.column.role"), role(_VIEW.role)),
            rx.cond(_VIEW.shop != "", fact(t("standing.column.shop"), shop)),
            (t("standing.column.since"), day(_VIEW.created_at)),
            (t("standing.column.state"), state_of(_VIEW, t("standing.fine"))),
        ),
        title=t("find.account_facts"),
    )


PAGE = {
    "title": t("find.person"),
    "component": _page,
    "route": routes.ADMIN_PERSON,
    "on_load": PersonState.load,
}
