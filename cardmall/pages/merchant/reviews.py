"""The review queue: who waits for an answer, the nearest deadline first (R42, R72)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions, link, link_button
from cardmall.components.desk import (
    asked_for,
    desk_figure,
    desk_skeleton,
    effect,
    figures,
    handed_in,
    product_link,
    proven_late,
    share,
    time_left,
)
from cardmall.components.feedback import empty
from cardmall.components.format import deadline, duration, money
from cardmall.components.labels import case_kind, case_reason, case_status, tone
from cardmall.components.surface import (
    amount,
    card,
    page_title,
    pill,
    product_name,
    section_title,
    table,
    table_cell,
    table_row,
)
from cardmall.components.text import t
from cardmall.components.vars import among, length
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_facts import order_link
from cardmall.states.merchant.reviews import ReviewsState
from cardmall.states.session import SessionState

_FULL = length(ReviewsState.picked) >= limits.APPROVE_AT_ONCE
_COUNT = length(ReviewsState.picked)
_TIGHT = (
    "overflow-x-auto md:[&_td]:px-2 [&_th]:px-2 md:[&_:is(td,th):first-child]:pl-4 md:[&_:is(td,th):last-child]:pr-4"
)


def reviews_page() -> rx.Component:
    waiting = desk_skeleton()
    parts = rx.fragment(_title(), _figures(), _transfers(), _queue(), _elsewhere(), _question(), _question_many())
    content = rx.cond(ReviewsState.loaded, parts, waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="reviews")


def _title() -> rx.Component:
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    return page_title(t("merchant.title"), shop, aside=rx.el.span(t("merchant.period"), class_name="text-sm text-ink2"))


def _figures() -> rx.Component:
    found: Any = ReviewsState.figures
    record = found.record
    nothing = t("merchant.none")
    some = rx.el.span(t("merchant.soon", n=found.soon), class_name="text-seal")
    soon = rx.cond(found.soon > 0, some, t("merchant.none_soon"))
    percent = rx.cond(record.approved_percent < 0, nothing, record.approved_percent.to(str) + "%")
    sold = rx.cond(record.permille < 0, t("merchant.of_approved"), t("merchant.of_sold", percent=record.permille / 10))
    median = rx.cond(record.median_minutes < 0, nothing, duration(record.median_minutes))
    no_reasons = rx.cond(length(record.reasons) > 0, "", t("merchant.no_reasons"))
    return figures(
        desk_figure(t("merchant.waiting"), found.waiting, soon),
        desk_figure(t("merchant.median"), median, _change(record)),
        desk_figure(t("merchant.approved_percent"), percent, t("merchant.answered", n=record.answered)),
        desk_figure(t("merchant.refunded"), money(record.refunded), sold),
        desk_figure(t("merchant.reasons"), rx.foreach(record.reasons, _share), small=True, line=no_reasons),
    )


def _change(record: Any) -> rx.Component:
    """Against the 30 days before, where there is something to compare."""
    faster = rx.el.span(t("merchant.faster", percent=record.faster), class_name="text-jade")
    slower = rx.cond(
        record.slower > 0, t("merchant.slower", percent=record.slower), t("merchant.answered", n=record.answered)
    )
    return rx.cond(record.faster > 0, faster, slower)


def _share(one: Any) -> rx.Component:
    return share(case_reason(one.reason), one.percent)


def _queue() -> rx.Component:
    title = section_title(t("merchant.queue"), t("merchant.by_deadline"))
    head = rx.el.div(title, _many(), class_name="flex flex-wrap items-center justify-between gap-x-3 px-4 pt-3.5")
    columns = [t(f"merchant.column.{name}") for name in ("order", "reason", "evidence", "amount", "time")]
    spoken = [rx.el.span(t(f"merchant.column.{name}"), class_name="sr-only") for name in ("pick", "act")]
    rows = table(spoken[0], *columns, spoken[1], rows=rx.foreach(ReviewsState.rows, _row), label=t("merchant.queue"))
    more = rx.el.div(
        button(t("merchant.more"), on_click=ReviewsState.show_more, size="lg"), class_name="mt-4 text-center"
    )
    some = rx.fragment(
        card(head, rx.el.div(rows, class_name=_TIGHT), class_name="overflow-hidden"),
        rx.cond(ReviewsState.figures.next_key != "", more),
    )
    return rx.cond(length(ReviewsState.rows) > 0, some, card(_empty()))


def _transfers() -> rx.Component:
    """Orders their shoppers would pass on: the shop agrees or not, on the transfer's own page."""
    found: Any = ReviewsState.transfers
    head = rx.el.div(section_title(t("merchant.transfers"), t("merchant.transfers_line")), class_name="px-4 pt-3.5")
    rows = rx.el.ul(rx.foreach(found, _transfer), class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    return rx.cond(length(found) > 0, card(head, rows, class_name="overflow-hidden mb-4"))


def _transfer(row: Any) -> rx.Component:
    url = routes.transfer_url(row.no)
    name = link(
        product_name(row.product), href=url, title=row.product, class_name="font-semibold hover:underline block"
    )
    left = rx.el.div(
        order_link(row.order_no), " · ", t("merchant.until", at=deadline(row.deadline)), class_name="text-sm text-ink2"
    )
    look = "flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3"
    return rx.el.li(
        rx.el.div(name, left, class_name="min-w-0 grow basis-52"),
        amount(money(row.amount)),
        link_button(t("merchant.transfer_look"), href=url, kind="ink"),
        class_name=look,
        key=row.no,
    )


def _many() -> rx.Component:
    """Tick, then approve all ticked with one press."""
    every = (_COUNT > 0) & (_FULL | (ReviewsState.pickable == _COUNT))
    box = rx.el.input(
        type="checkbox", checked=every, on_change=ReviewsState.pick_all, class_name="size-4 accent-[var(--ink)]"
    )
    pick = rx.el.label(box, t("merchant.pick_all"), class_name="touch inline-flex items-center gap-2 cursor-pointer")
    most = rx.el.span(t("merchant.many.most", n=limits.APPROVE_AT_ONCE), class_name="text-sm text-ink2")
    act = button(
        t("merchant.many.button", n=_COUNT), kind="outline", disabled=_COUNT == 0, on_click=ReviewsState.ask_many
    )
    return rx.el.div(rx.cond(_FULL, most), pick, act, class_name="flex flex-wrap items-center gap-3 mb-2")


def _empty() -> rx.Component:
    go = link_button(t("merchant.empty_link"), href=routes.MERCHANT_DELIVERY, kind="outline", size="lg")
    return empty("circle-check", t("merchant.empty"), t("merchant.empty_line"), go)


def _row(row: Any) -> rx.Component:
    left = time_left(
        row.opened_at, row.deadline, over=row.overdue, over_word=t("merchant.overdue"), on_end=ReviewsState.refresh
    )
    partly = rx.cond(row.may_approve, rx.fragment(), pill(case_status(row.status), tone(row.status)))
    urged = rx.cond(row.reminds > 0, pill(t("merchant.reminded", n=row.reminds), "amber"))
    return table_row(
        table_cell(rx.cond(row.may_approve, _tick(row))),
        *_told(row),
        table_cell(left, partly, urged, label=t("merchant.column.time")),
        table_cell(_acts(row)),
        key=row.no,
    )


def _tick(row: Any) -> rx.Component:
    ticked = among(row.no, ReviewsState.picked)
    box = rx.el.input(
        type="checkbox",
        checked=ticked,
        disabled=_FULL & ~ticked,
        on_change=ReviewsState.pick(row.no),
        aria_label=t("merchant.pick_one", no=row.order_no),
        class_name="size-4 accent-[var(--ink)]",
    )
    word = rx.el.span(t("merchant.pick"), class_name="md:hidden text-sm text-ink2")
    return rx.el.label(box, word, class_name="touch inline-flex items-center gap-2 cursor-pointer md:py-2 md:pr-2")


def _told(row: Any) -> list[rx.Component]:
    """What was asked, why, with which evidence, for how much."""
    url = routes.merchant_case_url(row.no)
    name = product_link(row.product, url)
    number = rx.el.div(order_link(row.order_no), class_name="text-sm text-ink2")
    why = rx.fragment(
        asked_for(rx.fragment(case_kind(row.kind), " · ", case_reason(row.reason)), row.text), proven_late(row)
    )
    return [
        table_cell(rx.el.div(name, number, class_name="md:min-w-[150px] md:max-w-[230px]")),
        table_cell(why, label=t("merchant.column.reason")),
        table_cell(handed_in(row), label=t("merchant.column.evidence")),
        table_cell(amount(money(row.amount)), label=t("merchant.column.amount")),
    ]


def _acts(row: Any) -> rx.Component:
    """An overdue case may still be approved, never rejected."""
    url = routes.merchant_case_url(row.no)
    approve = button(t("merchant.approve"), kind="ink", on_click=ReviewsState.ask(row.no), class_name="max-md:grow")
    reject = link_button(t("merchant.reject"), href=url + "#reject", class_name="max-md:grow")
    look = link_button(t("merchant.look"), href=url, class_name="max-md:grow")
    both = rx.fragment(approve, rx.cond(row.overdue, look, reject))
    return rx.el.div(rx.cond(row.may_approve, both, look), class_name="flex md:justify-end gap-1.5")


def _elsewhere() -> rx.Component:
    """Open cases that wait for somebody else: seen, not counted."""
    head = rx.el.div(
        section_title(t("merchant.elsewhere"), t("merchant.elsewhere_line")), class_name="px-4 pt-3.5 -mb-1"
    )
    columns = [t(f"merchant.column.{name}") for name in ("order", "reason", "evidence", "amount", "state")]
    spoken = rx.el.span(t("merchant.column.act"), class_name="sr-only")
    found = ReviewsState.elsewhere
    rows = table(*columns, spoken, rows=rx.foreach(found, _other_row), label=t("merchant.elsewhere"))
    sheet = card(head, rx.el.div(rows, class_name=_TIGHT), class_name="overflow-hidden mt-4")
    return rx.cond(length(found) > 0, sheet)


def _other_row(row: Any) -> rx.Component:
    until = rx.el.div(t("merchant.until", at=deadline(row.deadline)), class_name="text-sm text-ink2 mt-0.5")
    state = rx.el.div(pill(case_status(row.status), tone(row.status)), until)
    look = link_button(t("merchant.look"), href=routes.merchant_case_url(row.no), class_name="max-md:grow")
    return table_row(
        *_told(row),
        table_cell(state, label=t("merchant.column.state")),
        table_cell(rx.el.div(look, class_name="flex md:justify-end")),
        key=row.no,
    )


def _question() -> rx.Component:
    asked: Any = ReviewsState.asked
    line = rx.el.p(asked.product, " · ", asked.order_no, class_name="font-semibold [overflow-wrap:anywhere]")
    yes = button(
        t("merchant.approve_amount", amount=money(asked.amount)), kind="ink", size="lg", on_click=ReviewsState.approve
    )
    return dialog(
        line,
        rx.el.p(effect(asked.kind), class_name="text-ink2 mt-1"),
        dialog_actions(yes, ReviewsState.dismiss),
        title=t("merchant.approve_title", amount=money(asked.amount)),
        is_open=rx.cond(ReviewsState.asked, True, False),
        on_close=ReviewsState.dismiss,
        name="approve",
    )


def _question_many() -> rx.Component:
    yes = button(t("merchant.many.yes", n=_COUNT), kind="ink", size="lg", on_click=ReviewsState.approve_many)
    return dialog(
        rx.el.p(t("merchant.many.line"), class_name="text-ink2"),
        dialog_actions(yes, ReviewsState.dismiss),
        title=t("merchant.many.title", n=_COUNT, amount=money(ReviewsState.picked_amount)),
        is_open=rx.Var.create(ReviewsState.asking_many),
        on_close=ReviewsState.dismiss,
        name="many",
    )


PAGE = {
    "title": t("merchant.title"),
    "component": reviews_page,
    "route": routes.MERCHANT,
    "on_load": ReviewsState.load,
}
