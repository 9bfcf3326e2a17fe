"""The money of one order, on every desk: paid, back, held and until when, settled, each movement (R95)."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.format import day, full, money
from cardmall.components.surface import amount, card, fact, facts
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain import limits


def order_money_card(view: Any, settled: Child) -> rx.Component:
    """`view`: Var of a ShopOrder; `settled`: what the sum is called that the shop was paid."""
    order, of = view.order, view.money
    sums = facts(
        (t("merchant.paid"), amount(money(order.total))),
        rx.cond(of.back > 0, fact(t("shop_order.back"), amount(money(of.back), tone="text-jade"))),
        (t("money.held"), amount(money(of.held))),
        rx.cond(of.held > 0, fact(t("shop_order.when"), _when(of))),
        (settled, _settled(of)),
    )
    rows = rx.el.ul(rx.foreach(of.rows, _move), class_name="mt-4 grid gap-2 border-t border-line2 pt-3")
    moved = rx.cond(length(of.rows) > 0, rx.fragment(sums, rows), rx.el.p(_unpaid(order), class_name=_NONE))
    return card(moved, title=t("money.title"))


_NONE = "text-sm text-ink2"


def _settled(of: Any) -> rx.Component:
    at = rx.el.span(" · ", day(of.settled_at), class_name="text-ink2")
    return rx.fragment(amount(money(of.paid)), rx.cond(of.settled_at, at))


def _unpaid(order: Any) -> rx.Var:
    return rx.cond(order.closed_at, t("shop_order.never_paid"), t("shop_order.unpaid"))


def _when(of: Any) -> rx.Component:
    """What keeps the held money, in words; the date where there is one."""
    why = t_enum("shop_order.waits", of.waits, days=limits.SETTLE_AFTER.days)
    at = rx.el.span(t("money.no_sooner", at=day(of.at)), class_name="whitespace-nowrap")
    return rx.fragment(
        rx.cond(of.waits != "", rx.el.span(why, " ")),
        rx.cond(of.at, at, rx.cond(of.waits == "", rx.el.span(t("money.coming")))),
    )


def _move(row: Any) -> rx.Component:
    signed = rx.cond(row.amount > 0, "+" + money(row.amount).to(str), money(row.amount))
    told = rx.el.span(
        t_enum("money.entry", row.entry),
        rx.el.span(full(row.at), class_name="block text-sm text-ink2 tabular-nums"),
        class_name="min-w-0 grow",
    )
    return rx.el.li(told, amount(signed), class_name="flex items-baseline gap-3", key=row.id.to(str))
