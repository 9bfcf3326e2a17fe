"""The review queue: who waits for an answer, the nearest deadline first (R42, R72)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions, link, link_button
from cardmall.components.desk import asked_for, desk_skeleton, effect, figure, figures, time_left
from cardmall.components.feedback import empty
from cardmall.components.format import duration, money
from cardmall.components.labels import case_kind, case_reason
from cardmall.components.surface import amount, card, cell, page_title, section_title, table, table_row
from cardmall.components.text import t
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.reviews import ReviewsState
from cardmall.states.session import SessionState


def reviews_page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(ReviewsState.loaded, rx.fragment(_title(), _figures(), _queue(), _question()), waiting)
    counts = {"reviews": ReviewsState.figures.waiting}
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant), here="reviews", counts=counts)


def _title() -> rx.Component:
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    return page_title(t("merchant.title"), shop, aside=rx.el.span(t("merchant.period"), class_name="text-sm text-ink2"))


def _figures() -> rx.Component:
    found: Any = ReviewsState.figures
    nothing = t("merchant.none")
    soon = rx.cond(
        found.soon > 0,
        rx.el.span(t("merchant.soon", n=found.soon), class_name="text-seal"),
        t("merchant.none_soon"),
    )
    percent = rx.cond(found.approved_percent < 0, nothing, found.approved_percent.to(str) + "%")
    return figures(
        figure(t("merchant.waiting"), found.waiting, soon),
        figure(
            t("merchant.median"), rx.cond(found.median_minutes < 0, nothing, duration(found.median_minutes)),
            t("merchant.answered", n=found.answered),
        ),
        figure(t("merchant.approved_percent"), percent, t("merchant.of_answered")),
        figure(t("merchant.refunded"), money(found.refunded), t("merchant.of_approved")),
    )  # fmt: skip


def _queue() -> rx.Component:
    head = rx.el.div(section_title(t("merchant.queue"), t("merchant.by_deadline")), class_name="px-4 pt-3.5 -mb-1")
    columns = [t(f"merchant.column.{name}") for name in ("order", "reason", "amount", "time")]
    spoken = rx.el.span(t("merchant.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(ReviewsState.rows, _row), label=t("merchant.queue"))
    more = rx.el.div(
        button(t("merchant.more"), on_click=ReviewsState.show_more, size="lg"), class_name="mt-4 text-center"
    )
    some = rx.fragment(
        card(head, rx.el.div(rows, class_name="overflow-x-auto"), class_name="overflow-hidden"),
        rx.cond(ReviewsState.figures.next_key != "", more),
    )
    return rx.cond(ReviewsState.rows.length() > 0, some, card(_empty()))  # pyright: ignore


def _empty() -> rx.Component:
    go = link_button(t("merchant.empty_link"), href=routes.MERCHANT_DELIVERY, kind="outline", size="lg")
    return empty("circle-check", t("merchant.empty"), t("merchant.empty_line"), go)


def _row(row: Any) -> rx.Component:
    url = routes.merchant_case_url(row.no)
    name = link(row.product, href=url, title=row.product, class_name="font-semibold hover:underline line-clamp-2")
    number = rx.el.div(row.order_no, " · ", case_kind(row.kind), class_name="text-sm text-ink2")
    left = time_left(
        row.opened_at, row.deadline, over=row.overdue, over_word=t("merchant.overdue"),
        on_end=ReviewsState.refresh,
    )  # fmt: skip
    return table_row(
        cell(rx.el.div(name, number, class_name="md:max-w-[250px]")),
        cell(asked_for(case_reason(row.reason), row.text), label=t("merchant.column.reason")),
        cell(amount(money(row.amount)), label=t("merchant.column.amount")),
        cell(left, label=t("merchant.column.time")),
        cell(_acts(row, url)),
        key=row.no,
    )


def _acts(row: Any, url: Any) -> rx.Component:
    """An overdue case may still be approved, never rejected."""
    approve = button(t("merchant.approve"), kind="ink", on_click=ReviewsState.ask(row.no), class_name="max-md:grow")
    reject = link_button(t("merchant.reject"), href=url + "#reject", class_name="max-md:grow")
    look = link_button(t("merchant.look"), href=url, class_name="max-md:grow")
    return rx.el.div(approve, rx.cond(row.overdue, look, reject), class_name="flex md:justify-end gap-1.5")


def _question() -> rx.Component:
    asked: Any = ReviewsState.asked
    line = rx.el.p(asked.product, " · ", asked.order_no, class_name="font-semibold [overflow-wrap:anywhere]")
    yes = button(
        t("merchant.approve_amount", amount=money(asked.amount)), kind="ink", size="lg", on_click=ReviewsState.approve
    )
    return dialog(
        line, rx.el.p(effect(asked.kind), class_name="text-ink2 mt-1"), dialog_actions(yes, ReviewsState.dismiss),
        title=t("merchant.approve_title", amount=money(asked.amount)), is_open=rx.cond(ReviewsState.asked, True, False),
        on_close=ReviewsState.dismiss, name="approve",
    )  # fmt: skip


PAGE = {
    "title": t("merchant.title"),
    "component": reviews_page,
    "route": routes.MERCHANT,
    "on_load": ReviewsState.load,
}
