"""异常: orders with which something is wrong, each with the repair that fits (R3, R60)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.ask import ask_button
from cardmall.components.controls import Kind, button, link, link_button
from cardmall.components.desk import desk_figure, desk_skeleton, figures, product_link
from cardmall.components.feedback import empty
from cardmall.components.format import full, money
from cardmall.components.labels import order_status
from cardmall.components.surface import card, page_title, pill, section_title, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.components.vars import Words, choose, length
from cardmall.domain.terms import Role
from cardmall.pages.admin.statements import statements_card
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.abnormal import AbnormalState
from cardmall.states.admin.statements import StatementsState

_FOUND: Any = AbnormalState.figures
_ROWS = AbnormalState.rows


def _page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(AbnormalState.loaded, rx.fragment(_title(), _figures(), _list(), _dead(), _statements()), waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="abnormal")


def _title() -> rx.Component:
    return page_title(t("abnormal.title"), rx.el.span(t("abnormal.line"), class_name="text-sm text-ink2"))


def _statements() -> rx.Component:
    """Where the channel and we disagree; nothing while all agree."""
    return rx.cond(StatementsState.view.open > 0, rx.el.div(statements_card(), class_name="mt-4"))


def _dead() -> rx.Component:
    """Jobs about no order that gave up; nothing while there are none."""
    columns = [t(f"abnormal.column.{name}") for name in ("job", "since")]
    spoken = rx.el.span(t("abnormal.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(AbnormalState.dead, _dead_job), label=t("abnormal.dead"))
    head = rx.el.div(section_title(t("abnormal.dead")), class_name="px-4 pt-3.5 -mb-1")
    some = card(head, rx.el.div(rows, class_name="overflow-x-auto"), class_name="overflow-hidden")
    return rx.cond(length(AbnormalState.dead) > 0, rx.el.div(some, class_name="mt-4"))


def _dead_job(job: Any) -> rx.Component:
    name = rx.el.div(t_enum("support.job", job.kind), class_name="font-semibold")
    about = rx.el.div(job.key, " · ", job.error, class_name="text-sm text-ink2 [overflow-wrap:anywhere]")
    spoken = t("abnormal.run_again_one", job=job.key)
    again = {"on_click": AbnormalState.run_again(job.key), "aria_label": spoken}
    act = button(t("abnormal.retry"), kind="ink", class_name="max-md:grow", **again)
    return table_row(
        table_cell(rx.el.div(name, about)),
        table_cell(_since(job), label=t("abnormal.column.since")),
        table_cell(rx.el.div(act, class_name="flex md:justify-end")),
        key=job.key,
    )


def _figures() -> rx.Component:
    lost = rx.el.span(t("abnormal.ownerless_line"), class_name="text-seal")
    return figures(
        desk_figure(t("abnormal.orders"), _FOUND.orders),
        desk_figure(t("abnormal.jobs"), _FOUND.jobs),
        desk_figure(t("abnormal.refunds"), _FOUND.refunds),
        desk_figure(
            t("abnormal.ownerless"), _FOUND.ownerless, rx.cond(_FOUND.ownerless > 0, lost, t("abnormal.ownerless_none"))
        ),
    )


def _list() -> rx.Component:
    columns = [t(f"abnormal.column.{name}") for name in ("trouble", "order", "repair", "since")]
    spoken = rx.el.span(t("abnormal.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(_ROWS, _row), label=t("abnormal.title"))
    some = card(rx.el.div(rows, class_name="overflow-x-auto"), class_name="overflow-hidden")
    nothing = card(empty("circle-check", t("abnormal.empty"), t("abnormal.empty_line")))
    return rx.cond(length(_ROWS) > 0, some, rx.cond(length(AbnormalState.dead) > 0, rx.fragment(), nothing))


def _row(row: Any) -> rx.Component:
    trouble = rx.el.div(
        rx.el.div(t_enum("repair.trouble", row.trouble), class_name="font-semibold"),
        rx.el.ul(rx.foreach(row.jobs, _job), class_name="text-sm text-ink2 empty:hidden"),
        rx.el.ul(rx.foreach(row.stuck, _stuck), class_name="text-sm text-ink2 empty:hidden grid gap-1 mt-1"),
        rx.el.ul(rx.foreach(row.unlisted, _unlisted), class_name="text-sm text-ink2 empty:hidden grid gap-1 mt-1"),
        class_name="md:max-w-[24ch]",
    )
    name = product_link(row.product, routes.admin_order_url(row.order_no))
    about = rx.el.div(row.order_no, " · ", order_status(row.status), class_name="text-sm text-ink2")
    order = rx.el.div(name, about, rx.el.div(row.shop, class_name="text-sm text-ink2"))
    return table_row(
        table_cell(trouble),
        table_cell(order, label=t("abnormal.column.order")),
        table_cell(_repair(row), label=t("abnormal.column.repair")),
        table_cell(_since(row), label=t("abnormal.column.since")),
        table_cell(_acts(row)),
        key=row.order_no + row.trouble,
    )


def _since(row: Any) -> rx.Component:
    return rx.el.time(full(row.since), class_name="tabular-nums whitespace-nowrap")


def _job(kind: Any) -> rx.Component:
    return rx.el.li(t_enum("support.job", kind), key=kind)


def _stuck(one: Any) -> rx.Component:
    """A refund that needs a person: why, in our words and in the channel's code."""
    name = t("abnormal.stuck_line", no=one.no, amount=money(one.amount))
    code = rx.cond(one.code != "", " · " + one.code.to(str), "")
    asked = rx.cond(one.asked, rx.el.div(t("abnormal.asked_before"), class_name="text-amber"))
    look = "underline underline-offset-2 tabular-nums [overflow-wrap:anywhere]"
    why = rx.el.div(t_enum("abnormal.hindrance", one.hindrance), code)
    return rx.el.li(link(name, href=routes.refund_url(one.no), class_name=look), why, asked, key=one.no)


def _unlisted(one: Any) -> rx.Component:
    """Which code of the channel nobody knows, and how often it came."""
    look = "underline underline-offset-2 tabular-nums [overflow-wrap:anywhere]"
    times = t("abnormal.unlisted_line", code=one.code, n=one.times)
    return rx.el.li(link(one.no, href=routes.refund_url(one.no), class_name=look), rx.el.div(times), key=one.no)


def _ask_account(one: Any) -> rx.Component:
    """Nothing where the money may be back already: no account would help. Dark where it is proposed."""
    name, press = t("abnormal.ask_account_one", no=one.no), AbnormalState.ask_account(one.no)
    words = t("abnormal.ask_account")
    asks = [_press("abnormal.asks.account", words, name, press, kind, one.no) for kind in ("ink", "plain")]
    return rx.cond(one.may_ask, choose(one.repair, ("ask_account", asks[0]), otherwise=asks[1]))


def _press(key: str, words: Words, name: Words, press: Any, kind: Kind, no: Any) -> rx.Component:
    """Asked once before it acts, with the number it is about."""
    return ask_button(key, words, on_yes=press, spoken=name, kind=kind, class_name="max-md:grow", no=no)


def _repair(row: Any) -> rx.Component:
    words = t_enum("repair.repair", row.repair)
    return choose(row.repair, ("support", pill(words, "amber")), otherwise=rx.el.span(words))


def _acts(row: Any) -> rx.Component:
    """What is proposed stands first, dark; what no press repairs leads to the talk with the shopper."""
    name, press = t("abnormal.retry_one", no=row.order_no), AbnormalState.retry(row.order_no)
    words, no = t("abnormal.retry"), row.order_no
    retry, beside = (_press("abnormal.asks.retry", words, name, press, kind, no) for kind in ("ink", "plain"))
    talk = link_button(
        t("abnormal.talk"), href=routes.support_url(row.order_no), kind="outline", class_name="max-md:grow"
    )
    asks = rx.foreach(row.stuck, _ask_account)
    acts = choose(
        row.repair,
        ("support", rx.fragment(talk, asks)),
        ("ask_account", rx.fragment(asks, beside)),
        otherwise=rx.fragment(retry, asks),
    )
    return rx.el.div(acts, class_name="flex flex-wrap gap-2 md:justify-end")


PAGE = {
    "title": t("abnormal.title"),
    "component": _page,
    "route": routes.ADMIN_ABNORMAL,
    "on_load": [AbnormalState.load, StatementsState.arrive],
}
