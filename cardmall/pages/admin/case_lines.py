"""Cases as a line each, on the pages of a shop and of a person."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link
from cardmall.components.format import instant, money
from cardmall.components.labels import case_kind, case_reason, case_status, tone
from cardmall.components.surface import amount, card, pill
from cardmall.components.vars import length


def case_lines_card(rows: Any, title: Child, nothing: Child) -> rx.Component:
    """`rows`: Var of a list of views.admin.cases.CaseLine; `nothing`: said where there is none."""
    some = rx.el.ul(rx.foreach(rows, _case), class_name="[&>li+li]:border-t [&>li+li]:border-line2 -my-2")
    none = rx.el.p(nothing, class_name="text-sm text-ink2")
    return card(rx.cond(length(rows) > 0, some, none), title=title)


def _case(one: Any) -> rx.Component:
    told = rx.el.span(
        rx.el.span(case_kind(one.kind), " · ", case_reason(one.reason), class_name="font-semibold block"),
        rx.el.span(one.product, class_name="text-sm block [overflow-wrap:anywhere]"),
        rx.el.span(one.no, " · ", instant(one.opened_at), class_name="text-sm text-ink2 block"),
        class_name="min-w-0 grow basis-40",
    )
    state = pill(case_status(one.status), tone(one.status))
    look = "flex flex-wrap items-center gap-x-3 gap-y-1 -mx-2 px-2 py-2.5 rounded-control hover:bg-grey-bg"
    url = routes.admin_case_url(one.no)
    return rx.el.li(link(told, amount(money(one.amount)), state, href=url, class_name=look), key=one.no)
