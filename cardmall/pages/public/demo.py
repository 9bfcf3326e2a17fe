"""The demo's controls: its clock, its outbox, its accounts. In demo mode only; elsewhere there is no such page."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions, link, native_form
from cardmall.components.feedback import empty, list_skeleton
from cardmall.components.format import clock, copy_button, deadline, instant
from cardmall.components.forms import chip, chips
from cardmall.components.labels import notice_title, role
from cardmall.components.surface import avatar, card, page_title, side_note, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.demo import FAULTS
from cardmall.pages.frame import lost_here, shop_frame
from cardmall.states.public.demo import STEPS, DemoState
from cardmall.states.session import SessionState


def demo_page() -> rx.Component:
    controls = rx.el.div(
        _clock(), _faults(), _accounts(), _town(), class_name="grid gap-4 content-start min-w-0 lg:order-last"
    )
    sheet = "grid gap-4 lg:gap-5 lg:grid-cols-[minmax(0,1fr)_372px]"
    columns = rx.el.div(controls, rx.el.div(_outbox(), class_name="min-w-0"), class_name=sheet)
    content = rx.fragment(page_title(t("demo.title")), columns, _question())
    shown = rx.cond(SessionState.demo, content, lost_here())
    return shop_frame(rx.cond(DemoState.loaded, shown, list_skeleton()))


def _clock() -> rx.Component:
    at = DemoState.due
    due = rx.cond(at, t("demo.due", at=deadline(at)), t("demo.no_due"))
    steps = [
        button(t(f"demo.step.{step}"), on_click=DemoState.move(step), disabled=DemoState.busy, size="lg")
        for step in STEPS
    ]
    return card(
        clock("text-h1 font-bold tabular-nums"),
        rx.el.p(due, class_name="text-sm text-ink2"),
        rx.el.div(*steps, class_name="flex flex-wrap gap-2 mt-3"),
        side_note(t("demo.clock_line")),
        title=t("demo.clock"),
        aside=t("demo.zone"),
    )


def _faults() -> rx.Component:
    """支付渠道故障: which call goes wrong, and how; once."""
    calls = [
        chip("call", call, t(f"demo.call.{call}"), checked=DemoState.call == call, on_change=DemoState.choose(call))
        for call in FAULTS
    ]
    kinds = [(call, rx.el.div(*map(_fault, FAULTS[call]), class_name="flex flex-wrap gap-2 mt-3")) for call in FAULTS]
    chosen = t("demo.chosen", what=t_enum("demo.fault", DemoState.spoiled))
    return card(
        chips("call", t("demo.fault_call"), *calls),
        choose(DemoState.call, *kinds, otherwise=rx.fragment()),
        side_note(t("demo.fault_line"), rx.cond(DemoState.spoiled != "", rx.el.div(chosen, class_name="text-amber"))),
        title=t("demo.faults"),
    )


def _fault(kind: str) -> rx.Component:
    return button(t(f"demo.fault.{kind}"), on_click=DemoState.spoil(kind))


def _accounts() -> rx.Component:
    rows = rx.el.ul(rx.foreach(DemoState.accounts, _account), class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    password = rx.el.p(
        t("demo.password"),
        " ",
        rx.el.code(DemoState.password, class_name="font-mono"),
        copy_button(DemoState.password),
        class_name="text-sm text-ink2 mb-1",
    )
    return card(password, rows, title=t("demo.accounts"))


def _account(account: Any) -> rx.Component:
    """One press signs in: a native form, like the one of the sign-in page."""
    words = rx.el.div(
        rx.el.div(rx.el.b(account.name, class_name="font-semibold"), " · ", role(account.role)),
        rx.el.div(t_enum("demo.who", account.key), class_name="text-sm text-ink2"),
        rx.el.div(account.identifier, class_name="text-sm text-ink2 font-mono [overflow-wrap:anywhere]"),
        class_name="min-w-0 grow",
    )
    form = native_form(
        _hidden("identifier", account.identifier),
        _hidden("password", DemoState.password),
        button(t("demo.sign_in"), type="submit", custom_attrs={"aria-label": t("demo.sign_in_as", name=account.name)}),
        action=routes.SIGN_IN,
    )
    return rx.el.li(avatar(account.name), words, form, class_name="flex items-center gap-3 py-2.5", key=account.key)


def _hidden(name: str, value: Any) -> rx.Component:
    return rx.el.input(type="hidden", name=name, value=value, read_only=True)


def _town() -> rx.Component:
    act = button(t("demo.rebuild"), on_click=DemoState.ask, disabled=DemoState.busy, size="lg")
    return card(rx.el.p(t("demo.town_line"), class_name="text-ink2 mb-3"), act, title=t("demo.town"))


def _question() -> rx.Component:
    yes = button(t("demo.rebuild_yes"), kind="ink", size="lg", on_click=DemoState.rebuild)
    return dialog(
        rx.el.p(t("demo.rebuild_line"), class_name="text-ink2"),
        dialog_actions(yes, DemoState.dismiss),
        title=t("demo.rebuild_title"),
        is_open=rx.Var.create(DemoState.asking),
        on_close=DemoState.dismiss,
        name="rebuild",
    )


def _outbox() -> rx.Component:
    columns = [t(f"demo.column.{name}") for name in ("at", "target", "kind")]
    rows = table(*columns, rows=rx.foreach(DemoState.rows, _message), label=t("demo.outbox"))
    some = rx.el.div(rows, class_name="overflow-auto max-h-[720px] -mx-5 -mb-5")
    body = rx.cond(length(DemoState.rows) > 0, some, empty("send", t("demo.empty"), t("demo.empty_line")))
    return card(body, title=t("demo.outbox"), aside=t("demo.outbox_line"), class_name="p-5 overflow-hidden")


def _message(row: Any) -> rx.Component:
    words = choose(
        row.kind,
        ("confirm_code", t("demo.confirm_code")),
        ("reset_code", t("demo.reset_code")),
        otherwise=notice_title(row.kind),
    )
    code = rx.cond(
        row.code != "", rx.el.div(rx.el.code(row.code, class_name="font-mono font-bold text-h2"), copy_button(row.code))
    )
    order = _about(row.product, row.order_no, routes.order_url(row.order_no))
    offer = _about(row.product, row.transfer, routes.transfer_url(row.transfer))
    about = rx.cond(row.transfer != "", offer, rx.cond(row.order_no != "", order))
    return table_row(
        table_cell(rx.el.time(instant(row.at), class_name="tabular-nums whitespace-nowrap"), label=t("demo.column.at")),
        table_cell(rx.el.span(row.target, class_name="[overflow-wrap:anywhere]"), label=t("demo.column.target")),
        table_cell(rx.el.div(rx.el.div(words), code, about), label=t("demo.column.kind")),
    )


def _about(product: Any, no: Any, url: Any) -> rx.Component:
    look = "text-sm text-ink2 underline underline-offset-2 [overflow-wrap:anywhere]"
    return link(product, " · ", no, href=url, class_name=look)


PAGE = {"title": t("demo.title"), "component": demo_page, "route": routes.DEMO, "on_load": DemoState.load}
