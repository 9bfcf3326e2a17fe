"""资金账目: the trial balance, the ledger against the rows, money without an owner, debts, stuck refunds (R3)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, download, link
from cardmall.components.desk import desk_figure, desk_skeleton, figures, product_link
from cardmall.components.format import ends, full, money
from cardmall.components.labels import refund_status, tone
from cardmall.components.surface import amount, card, page_title, pill, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.admin.statements import statements_card
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.money import BooksState
from cardmall.states.admin.statements import StatementsState

_VIEW = BooksState.view
_LIST = "[&>*+*]:border-t [&>*+*]:border-line2"
_RIGHT = "overflow-x-auto -mx-4 -mb-2 md:[&_:is(td,th):not(:first-child)]:text-right"


def books_page() -> rx.Component:
    waiting = desk_skeleton()
    column = "grid gap-[18px] content-start min-w-0"
    sections = rx.el.div(
        rx.el.div(_trial(), _stuck(), class_name=column),
        rx.el.div(_checks(), statements_card(), _ownerless(), _debts(), class_name=column),
        class_name="grid gap-[18px] xl:grid-cols-2",
    )
    content = rx.cond(BooksState.loaded, rx.fragment(_title(), _figures(), sections), waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="money")


def _title() -> rx.Component:
    file = download(t("money.export"), href=BooksState.file_url)
    return page_title(
        t("money.books.title"), rx.el.span(t("money.books.line"), class_name="text-sm text-ink2"), aside=file
    )


def _figures() -> rx.Component:
    lost = rx.el.span(t("money.books.ownerless_line"), class_name="text-seal")
    line = rx.cond(_VIEW.ownerless_sum > 0, lost, t("money.books.ownerless_none"))
    return figures(
        desk_figure(t("money.held"), money(_VIEW.escrow), t("money.books.held_line")),
        desk_figure(t("money.books.paid"), money(_VIEW.paid), t("money.books.paid_line")),
        desk_figure(t("money.books.advanced"), money(_VIEW.owed), t("money.books.advanced_line")),
        desk_figure(t("money.books.ownerless"), money(_VIEW.ownerless_sum), line),
    )


def _zero(fen: Any, word: Child) -> rx.Component:
    """0 as it must be, in a word; else by how much not."""
    off = pill(t("money.books.off", amount=money(fen)), "seal")
    return rx.cond(fen == 0, pill(word, "jade"), off)


def _trial() -> rx.Component:
    total = _line(rx.el.b(t("money.books.sum"), class_name="font-semibold"), _zero(_VIEW.total, t("money.books.even")))
    rows = rx.el.dl(rx.foreach(_VIEW.accounts, _account), total, class_name=_LIST)
    return card(rows, title=t("money.books.trial"))


def _line(name: Child, value: Child, **props: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(name, class_name="min-w-0"), rx.el.dd(value), class_name="flex justify-between gap-3 py-2", **props
    )


def _account(line: Any) -> rx.Component:
    return _line(t_enum("money.account", line.account), amount(money(line.amount)), key=line.account)


def _checks() -> rx.Component:
    columns = [t(f"money.books.{name}") for name in ("rows", "ledger", "difference")]
    spoken = rx.el.span(t("money.books.checks"), class_name="sr-only")
    rows = table(spoken, *columns, rows=rx.foreach(_VIEW.checks, _check), label=t("money.books.checks"))
    at = _VIEW.checked_at
    when = rx.cond(at, t("money.books.checked_at", at=full(at)), t("money.books.unchecked"))
    return card(rx.cond(at, rx.el.div(rows, class_name=_RIGHT)), title=t("money.books.checks"), aside=when)


def _check(one: Any) -> rx.Component:
    lost = rx.el.div(
        t("money.books.numbers", numbers=one.numbers.join(", ")),
        class_name="text-sm text-seal text-left [overflow-wrap:anywhere] max-w-[28ch]",
    )
    name = rx.el.div(t_enum("money.check", one.code), class_name="font-semibold text-left")
    return table_row(
        table_cell(name, rx.cond(length(one.numbers) > 0, lost)),
        table_cell(amount(money(one.rows)), label=t("money.books.rows")),
        table_cell(amount(money(one.books)), label=t("money.books.ledger")),
        table_cell(_zero(one.difference, t("money.books.agrees")), label=t("money.books.difference")),
        key=one.code,
    )


def _ownerless() -> rx.Component:
    """R3: normally nothing."""
    some = rx.el.ul(rx.foreach(_VIEW.ownerless, _lost), class_name=_LIST)
    even = pill(t("money.books.agrees"), "jade")
    none = rx.el.p(even, t("money.books.ownerless_none"), class_name="flex flex-wrap gap-2 text-ink2")
    shown = rx.cond(length(_VIEW.ownerless) > 0, some, none)
    return card(shown, title=t("money.books.ownerless"), aside=_abnormal())


def _abnormal() -> rx.Component:
    return link(
        t("money.books.abnormal"), href=routes.ADMIN_ABNORMAL, class_name="underline underline-offset-2 py-2.5 -my-2.5"
    )


def _lost(row: Any) -> rx.Component:
    when = rx.fragment(t("money.books.payment", no=row.payment_no), " · ", rx.el.time(full(row.at)))
    return _entry(row, when, amount(money(row.amount), tone="text-seal"), key=row.payment_no)


def _entry(row: Any, line: Child, *right: Child, key: Any) -> rx.Component:
    """An order with what is said of it, and the sum."""
    name = product_link(row.product, routes.admin_order_url(row.order_no))
    about = rx.el.div(row.order_no, " · ", line, class_name="text-sm text-ink2 [overflow-wrap:anywhere]")
    return rx.el.li(
        rx.el.div(name, about, class_name="min-w-0 grow"),
        rx.el.div(*right, class_name="shrink-0 grid gap-1 content-start justify-items-end"),
        class_name="flex gap-3 py-3 first:pt-0 last:pb-0",
        key=key,
    )


def _debts() -> rx.Component:
    some = rx.el.dl(rx.foreach(_VIEW.debts, _debt), class_name=_LIST)
    none = rx.el.p(t("money.books.no_debts"), class_name="text-ink2")
    return card(rx.cond(length(_VIEW.debts) > 0, some, none), title=t("money.books.debts"))


def _debt(debt: Any) -> rx.Component:
    shop = rx.el.div(debt.shop, title=debt.shop, class_name="truncate")
    return _line(shop, amount(money(debt.amount)), key=debt.slug)


def _stuck() -> rx.Component:
    some = rx.el.ul(rx.foreach(_VIEW.stuck, _refund), class_name=_LIST)
    none = rx.el.p(t("money.books.no_stuck"), class_name="text-ink2")
    shown = rx.cond(length(_VIEW.stuck) > 0, some, none)
    aside = rx.fragment(t("money.books.stuck_line"), " · ", _abnormal())
    return card(shown, title=t("money.books.stuck"), aside=aside)


def _refund(row: Any) -> rx.Component:
    back = row.status == "bounced"  # the bank returned it: nothing is on its way
    due = rx.cond(back, t("money.books.returned"), t("money.books.expected", at=ends(row.expected_at)))
    return _entry(
        row, due, amount(money(row.amount)), pill(refund_status(row.status), tone(row.status)), key=row.refund_no
    )


PAGE = {
    "title": t("money.books.title"),
    "component": books_page,
    "route": routes.ADMIN_MONEY,
    "on_load": [BooksState.load, StatementsState.arrive],
}
