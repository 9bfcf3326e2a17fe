"""The admins' desk: appeals by deadline, then what else waits, each with the place where it is dealt with."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link_button
from cardmall.components.desk import desk_figure, desk_skeleton, figures, product_link
from cardmall.components.feedback import empty
from cardmall.components.format import countdown, deadline, ends, full, money, span
from cardmall.components.labels import case_kind, case_reason
from cardmall.components.surface import amount, card, page_title, pill, section_title, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.desk import DeskState

_TONES = (("overdue", "seal"), ("refund_stuck", "seal"), ("support", "amber"))
_FOUND: Any = DeskState.figures
_OTHERS = DeskState.others
_APPEALS = DeskState.rows


def desk_page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(DeskState.loaded, rx.fragment(_title(), _figures(), _appeals(), _others()), waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="desk")


def _title() -> rx.Component:
    return page_title(t("ruling.desk"), aside=rx.el.span(t("ruling.desk_line"), class_name="text-sm text-ink2"))


def _figures() -> rx.Component:
    red = rx.el.span(t("ruling.late_line"), class_name="text-seal")
    late = rx.cond(_FOUND.late > 0, red, t("ruling.late_none"))
    return figures(
        desk_figure(t("ruling.waiting"), _FOUND.waiting),
        desk_figure(t("ruling.late"), _FOUND.late, late),
        desk_figure(t("ruling.mine"), _FOUND.mine),
        desk_figure(t("ruling.untaken"), _FOUND.untaken),
    )


def _appeals() -> rx.Component:
    columns = [t(f"ruling.column.{name}") for name in ("case", "parties", "amount", "due", "by")]
    spoken = rx.el.span(t("ruling.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(_APPEALS, _appeal), label=t("ruling.desk"))
    more = rx.el.div(button(t("ruling.more"), on_click=DeskState.show_more, size="lg"), class_name="mt-4 text-center")
    some = rx.fragment(
        card(rx.el.div(rows, class_name="overflow-x-auto"), class_name="overflow-hidden"),
        rx.cond(_FOUND.next_key != "", more),
    )
    nothing = card(empty("scale", t("ruling.empty"), t("ruling.empty_line")))
    return rx.cond(length(_APPEALS) > 0, some, nothing)


def _appeal(row: Any) -> rx.Component:
    name = product_link(row.product, routes.admin_case_url(row.no))
    about = rx.el.div(case_kind(row.kind), " · ", case_reason(row.reason), class_name="text-sm text-ink2")
    parties = rx.el.div(
        rx.el.div(row.shop),
        rx.el.div(row.shopper, class_name="text-sm text-ink2"),
        class_name="min-w-[5em] max-w-[12ch]",
    )
    return table_row(
        table_cell(rx.el.div(name, about, rx.el.div(row.no, class_name="text-sm text-ink2"))),
        table_cell(parties, label=t("ruling.column.parties")),
        table_cell(amount(money(row.paid)), label=t("ruling.column.amount")),
        table_cell(_due(row), label=t("ruling.column.due")),
        table_cell(_by(row), label=t("ruling.column.by")),
        table_cell(_acts(row)),
        key=row.no,
        data_late=rx.cond(row.late, "true", "false"),
    )


def _due(row: Any) -> rx.Component:
    """By when, in red once it is late; and whether the merchant was heard."""
    left = countdown(
        row.deadline,
        "reply",
        total=span(row.appealed_at, row.deadline),
        on_end=DeskState.refresh,
        class_name="font-semibold whitespace-nowrap",
    )
    return rx.el.div(
        rx.cond(row.late, pill(t("ruling.overdue"), "seal"), left),
        rx.el.div(deadline(row.deadline), class_name="text-sm text-ink2 whitespace-nowrap"),
        rx.el.div(heard(row), class_name="text-sm text-ink2"),
    )


def heard(row: Any) -> Any:
    """The merchant answered, may still, or let its time pass."""
    still = rx.cond(row.hearing, t("ruling.hearing", at=ends(row.heard_until)), t("ruling.unheard"))
    return rx.cond(row.heard, t("ruling.heard"), still)


def _by(row: Any) -> rx.Component:
    return rx.cond(
        row.own,
        pill(t("ruling.own"), "grey"),
        choose(
            row.assignee,
            ("", rx.el.span(t("ruling.by_none"), class_name="text-ink2 whitespace-nowrap")),
            otherwise=rx.cond(row.mine, pill(t("ruling.by_me"), "blue"), t("ruling.by", name=row.assignee)),
        ),
    )


def _acts(row: Any) -> rx.Component:
    take = button(
        t("ruling.take"),
        on_click=DeskState.take(row.no),
        kind="outline",
        class_name="max-md:grow",
        custom_attrs={"aria-label": t("ruling.take_one", no=row.no)},
    )
    url = routes.admin_case_url(row.no)
    go = link_button(t("ruling.go"), href=url, kind="ink", class_name="max-md:grow")
    look = link_button(t("merchant.look"), href=url, class_name="max-md:grow")
    return rx.el.div(
        rx.cond((row.assignee == "") & ~row.own, take),
        rx.cond(row.may_rule, go, look),
        class_name="flex md:justify-end gap-1.5",
    )


def _others() -> rx.Component:
    """Overdue requests, flagged orders, unanswered shoppers."""
    columns = [t(f"admin.column.{name}") for name in ("why", "order", "shop", "since")]
    spoken = rx.el.span(t("admin.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(_OTHERS, _row), label=t("ruling.others"))
    some = card(rx.el.div(rows, class_name="overflow-x-auto"), class_name="overflow-hidden")
    nothing = card(empty("circle-check", t("admin.empty"), t("admin.empty_line")))
    title = section_title(t("ruling.others"), t("admin.line"))
    return rx.el.div(title, rx.cond(length(_OTHERS) > 0, some, nothing), class_name="mt-7")


def _row(row: Any) -> rx.Component:
    colour = choose(row.why, *_TONES, otherwise="amber")
    why = rx.el.div(
        pill(t_enum("admin.why", row.why), colour),
        rx.el.div(t_enum("admin.do", row.why), class_name="text-sm text-ink2 mt-0.5 max-w-[30ch]"),
    )
    name = product_link(row.product, routes.admin_order_url(row.order_no))
    order = rx.el.div(name, rx.el.div(row.order_no, class_name="text-sm text-ink2"))
    acts = rx.el.div(
        link_button(
            t("admin.support"), href=routes.admin_support_url(row.order_no), kind="ink", class_name="max-md:grow"
        ),
        link_button(t("admin.order"), href=routes.admin_order_url(row.order_no), class_name="max-md:grow"),
        class_name="flex md:justify-end gap-1.5",
    )
    return table_row(
        table_cell(why),
        table_cell(order),
        table_cell(row.shop, label=t("admin.column.shop")),
        table_cell(
            rx.el.time(full(row.since), class_name="tabular-nums whitespace-nowrap"), label=t("admin.column.since")
        ),
        table_cell(acts),
        key=row.why + row.order_no,
    )


PAGE = {
    "title": t("ruling.desk"),
    "component": desk_page,
    "route": routes.ADMIN,
    "on_load": DeskState.load,
}
