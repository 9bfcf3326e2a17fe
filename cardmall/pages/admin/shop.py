"""One shop on the admins' desk: members, goods, what is open, its money, what happened last (R78)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import link, link_button
from cardmall.components.desk import desk_figure, figures
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.format import day, instant, money
from cardmall.components.labels import role, verb
from cardmall.components.surface import amount, card, facts, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.admin.case_lines import case_lines_card
from cardmall.pages.admin.standing import shop_state
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.shop import AdminShopState

_VIEW: Any = AdminShopState.view
_LIST = "[&>li+li]:border-t [&>li+li]:border-line2 -my-2"


def admin_shop_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(AdminShopState.loaded, _content(), waiting)
    shown = guarded(content, waiting, Role.admin, missing=AdminShopState.missing)
    return side_frame(Role.admin, shown, here="shops")


def _content() -> rx.Component:
    orders = link_button(t("find.shop_orders"), href=routes.ADMIN_ORDERS + "?shop=" + _VIEW.slug, size="lg")
    title = page_title(_VIEW.name, aside=orders, crumbs=[(t("standing.shops"), routes.ADMIN_SHOPS)], here=_VIEW.slug)
    cases = case_lines_card(_VIEW.cases, t("standing.column.cases"), t("find.no_open_cases"))
    return rx.el.div(title, _goods(), two_columns([cases, _events()], [_facts(), _members(), _money()]))


def _goods() -> rx.Component:
    names = (("listed", _VIEW.listed), ("unlisted", _VIEW.unlisted), ("archived", _VIEW.archived))
    open_cases = desk_figure(t("standing.column.cases"), _VIEW.open_cases)
    return figures(*[desk_figure(t(f"find.goods.{name}"), number) for name, number in names], open_cases)


def _facts() -> rx.Component:
    return card(
        facts(
            (t("standing.slug"), rx.el.span(_VIEW.slug, class_name="[overflow-wrap:anywhere]")),
            (t("find.opened"), day(_VIEW.created_at)),
            (t("standing.column.state"), shop_state(_VIEW)),
        ),
        title=t("standing.column.shop"),
    )


def _members() -> rx.Component:
    some = rx.el.ul(rx.foreach(_VIEW.members, _member), class_name=_LIST)
    none = rx.el.p(t("standing.no_owner"), class_name="text-sm text-ink2")
    return card(rx.cond(length(_VIEW.members) > 0, some, none), title=t("find.members"))


def _member(one: Any) -> rx.Component:
    name = link(
        one.name, href=routes.admin_person_url(one.no), class_name="font-semibold hover:underline py-2.5 -my-2.5"
    )
    address = rx.el.div(one.address, class_name="text-sm text-ink2 [overflow-wrap:anywhere]")
    off = rx.cond(one.disabled_at, pill(t("standing.disabled"), "seal"))
    return rx.el.li(
        rx.el.div(name, address, class_name="min-w-0 grow"), off, class_name="flex items-center gap-3 py-2", key=one.no
    )


def _money() -> rx.Component:
    """What each account of the ledger holds of it."""
    rows = rx.foreach(_VIEW.sums, lambda one: _sum(one))
    return card(rx.el.dl(rows, class_name="grid gap-y-2"), title=t("money.books.title"))


def _sum(one: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(t_enum("money.account", one.account), class_name="text-ink2 min-w-0 grow"),
        rx.el.dd(amount(money(one.amount))),
        class_name="flex items-baseline gap-3",
        key=one.account,
    )


def _events() -> rx.Component:
    some = rx.el.ul(rx.foreach(_VIEW.events, _event), class_name=_LIST)
    none = rx.el.p(t("audit.empty"), class_name="text-sm text-ink2")
    return card(rx.cond(length(_VIEW.events) > 0, some, none), title=t("find.events"))


def _event(one: Any) -> rx.Component:
    look = "underline underline-offset-2 tabular-nums py-2.5 -my-2.5"
    order = link(one.order_no, href=routes.admin_order_url(one.order_no), class_name=look)
    about = rx.el.div(
        instant(one.at), " · ", role(one.role), rx.cond(one.order_no != "", rx.fragment(" · ", order), ""),
        class_name="text-sm text-ink2",
    )  # fmt: skip
    note = rx.el.div(one.note, class_name="text-sm text-ink2 line-clamp-2 [overflow-wrap:anywhere] empty:hidden")
    return rx.el.li(rx.el.div(verb(one.verb), class_name="font-semibold"), note, about, class_name="py-2", key=one.id)


PAGE = {
    "title": t("find.shop"),
    "component": admin_shop_page,
    "route": routes.ADMIN_SHOP,
    "on_load": AdminShopState.load,
}
