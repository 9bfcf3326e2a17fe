"""资金: what the shop was paid, what is held for it and why, what it owes, and every movement (R66)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, download, link, link_button
from cardmall.components.desk import desk_figure, desk_skeleton, figures
from cardmall.components.feedback import empty, info_box
from cardmall.components.format import day, full, money
from cardmall.components.forms import select
from cardmall.components.surface import amount, card, page_title, section_title
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_facts import order_link
from cardmall.states.merchant.money import MoneyState
from cardmall.states.session import SessionState

_FOUND = MoneyState.figures
_ROWS = MoneyState.rows


def money_page() -> rx.Component:
    waiting = desk_skeleton()
    parts = rx.fragment(_title(), _figures(), _debt(), _when(), _moves())
    content = rx.cond(MoneyState.loaded, parts, waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="money")


def _title() -> rx.Component:
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    return page_title(t("money.title"), shop, aside=rx.el.span(t("money.line"), class_name="text-sm text-ink2"))


def _figures() -> rx.Component:
    fees = rx.cond(_FOUND.fees > 0, t("money.fees", amount=money(_FOUND.fees)), t("money.no_fees"))
    frozen = rx.cond(_FOUND.disabled, rx.el.span(t("money.frozen_all"), class_name="text-seal"), t("money.frozen_line"))
    owed = rx.el.span(money(_FOUND.owed), class_name=rx.cond(_FOUND.owed > 0, "text-seal", ""))
    return figures(
        desk_figure(t("money.sales"), money(_FOUND.sales), fees),
        desk_figure(t("money.held"), money(_FOUND.held), t("money.waiting", amount=money(_FOUND.waiting))),
        desk_figure(t("money.frozen"), money(_FOUND.frozen), frozen),
        desk_figure(t("money.returning"), money(_FOUND.returning), t("money.returning_line")),
        desk_figure(t("money.owed"), owed, rx.cond(_FOUND.owed > 0, t("money.owed_line"), t("money.no_debt"))),
    )


def _debt() -> rx.Component:
    """What is owed, and for which orders."""
    title = rx.el.b(t("money.debt_title", amount=money(_FOUND.owed)), class_name="font-semibold")
    causes = rx.el.ul(rx.foreach(_FOUND.debts, _cause), class_name="mt-2 grid gap-1")
    words = info_box(title, rx.el.p(t("money.debt_line")), causes, tone="amber", icon="receipt-text", top=True)
    return rx.cond(_FOUND.owed > 0, rx.el.div(words, class_name="mb-[18px]"))


def _cause(debt: Any) -> rx.Component:
    words = t("money.debt_one", advanced=money(debt.advanced), left=money(debt.left))
    about = link(
        debt.product,
        href=rx.cond(
            debt.case_no != "", routes.merchant_case_url(debt.case_no), routes.merchant_order_url(debt.order_no)
        ),
        title=debt.product,
        class_name="font-semibold underline underline-offset-2 [overflow-wrap:anywhere]",
    )
    return rx.el.li(about, " · ", words, class_name="text-ink", key=debt.order_no)


def _when() -> rx.Component:
    told = {"paid": {"days": limits.SETTLE_AFTER.days}}
    lines = [t(f"money.when_{name}", **told.get(name, {})) for name in ("held", "paid", "frozen", "owed")]
    listed = rx.el.ol(
        *map(rx.el.li, lines), class_name="list-decimal pl-5 grid gap-x-8 gap-y-1 text-ink2 lg:grid-cols-2"
    )
    next_ones = rx.el.div(
        rx.el.h3(t("money.coming"), class_name="font-semibold mt-4 mb-1"),
        rx.el.ul(rx.foreach(_FOUND.coming, _coming), class_name="grid gap-1"),
    )
    coming = rx.cond(length(_FOUND.coming) > 0, next_ones)
    return card(listed, coming, title=t("money.when_title"), class_name="p-5 mb-[18px]")


def _coming(row: Any) -> rx.Component:
    url = routes.merchant_order_url(row.order_no)
    order = link(row.product, href=url, title=row.product, class_name="truncate min-w-0 hover:underline")
    at = rx.el.span(t("money.no_sooner", at=day(row.at)), class_name="text-ink2 whitespace-nowrap tabular-nums")
    return rx.el.li(
        at,
        order,
        amount(money(row.amount)),
        class_name="flex items-baseline gap-3 [&>:last-child]:ml-auto",
        key=row.order_no,
    )


def _moves() -> rx.Component:
    title = section_title(t("money.moves"))
    tools = rx.el.div(_months(), download(t("money.export"), href=MoneyState.file_url), class_name="flex gap-3")
    head = rx.el.div(
        title, tools, class_name="flex flex-wrap items-start justify-between gap-x-3 gap-y-1 px-4 pt-3.5 pb-3"
    )
    some = rx.el.ul(rx.foreach(_ROWS, _row), aria_label=t("money.moves"))
    more = rx.el.div(button(t("money.more"), on_click=MoneyState.show_more, size="lg"), class_name="mt-4 text-center")
    listed = card(head, rx.cond(length(_ROWS) > 0, some, _empty()), class_name="overflow-hidden")
    return rx.fragment(listed, rx.cond(_FOUND.next_key != "", more))


def _months() -> rx.Component:
    every = rx.el.option(t("money.every_month"), value="")
    options = rx.foreach(_FOUND.months, lambda month: rx.el.option(month, value=month))
    return select(
        "month",
        every,
        options,
        compact=True,
        value=MoneyState.month,
        on_change=MoneyState.choose_month,
        aria_label=t("money.month"),
    )


def _empty() -> rx.Component:
    every = link_button(t("money.every_month"), href=routes.MERCHANT_MONEY, kind="outline", size="lg")
    go = link_button(t("money.empty_link"), href=routes.MERCHANT, kind="outline", size="lg")
    return rx.cond(
        MoneyState.month != "",
        empty("calendar-x", t("money.empty_month"), "", every),
        empty("wallet", t("money.empty"), t("money.empty_line"), go),
    )


def _row(row: Any) -> rx.Component:
    """On a phone: what and how much, then the order and when."""
    what = rx.el.div(
        rx.el.div(t_enum("money.entry", row.entry), class_name="font-semibold"),
        rx.el.div(t_enum("money.means", row.entry), class_name="text-sm text-ink2"),
    )
    of_case = link(
        row.product, href=routes.merchant_case_url(row.case_no), title=row.product, class_name=f"{_NAME} underline"
    )
    name = rx.cond(row.case_no != "", of_case, rx.el.div(row.product, title=row.product, class_name=_NAME))
    about = rx.el.div(
        order_link(row.order_no),
        _at(row, "md:hidden"),
        class_name="text-sm text-ink2 flex flex-wrap gap-x-3",
    )
    order = rx.el.div(name, about, class_name="min-w-0 max-md:order-3 max-md:col-span-2")
    return rx.el.li(
        _at(row, "max-md:hidden text-sm text-ink2"), what, order, _amount(row), class_name=_LINE, key=row.id.to(str)
    )


def _at(row: Any, look: str) -> rx.Component:
    return rx.el.time(full(row.at), class_name=f"{look} tabular-nums whitespace-nowrap")


_NAME = "line-clamp-2 underline-offset-2"
_LINE = (
    "grid grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[140px_minmax(0,1fr)_minmax(0,1.4fr)_110px] "
    "gap-x-4 gap-y-1 md:items-center px-4 py-3 border-t border-line2"
)


def _amount(row: Any) -> rx.Component:
    """Green when it was paid to the shop."""
    paid = rx.match(row.entry, ("settlement", True), ("fee", True), False)
    signed = rx.cond(row.amount > 0, "+" + money(row.amount).to(str), money(row.amount))
    shown = rx.cond(paid, amount(signed, tone="text-jade"), amount(signed))
    return rx.el.div(shown, class_name="text-right")


PAGE = {
    "title": t("money.title"),
    "component": money_page,
    "route": routes.MERCHANT_MONEY,
    "on_load": MoneyState.load,
}
