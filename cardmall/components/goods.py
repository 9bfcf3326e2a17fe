"""A product as the mall shows it, how an order of it can be canceled, and what its shop changes it with."""

from typing import Any

import reflex as rx

from cardmall.components.approval import rule_of_product
from cardmall.components.away import away_pill
from cardmall.components.controls import Child
from cardmall.components.covers import Loading, product_cover
from cardmall.components.format import money
from cardmall.components.receipts import is_receipt
from cardmall.components.stock import stock_pill
from cardmall.components.surface import amount, product_name
from cardmall.components.text import t

_NAME = "font-semibold max-sm:[&>span]:flex-col max-sm:[&>span>span]:max-w-full"


def product_sheet(row: Any, loading: Loading = "lazy", *, unnamed: Child | None = None) -> rx.Component:
    """Cover, name, price, stock, shop of a views.public.home.ProductRow; put it into a frame, or a link.

    `unnamed` stands for the name of a product that has none yet: a heading is never empty.
    """
    name = product_name(row.name)
    heading = name if unnamed is None else rx.cond(row.name == "", rx.el.span(unnamed, class_name="text-ink2"), name)
    sum_ = rx.cond(row.faces > 1, t("mall.from", price=money(row.price)), money(row.price))
    price = rx.el.div(amount(sum_, tone="text-[19px]/7"), class_name="mt-0.5")
    back = rx.cond(row.return_allowed, t("mall.return_allowed"), t("mall.return_final"))
    states = rx.el.div(
        rx.cond(row.back_at, away_pill(row.back_at), stock_pill(row.mode, row.stock)),
        rx.el.span(back, class_name="text-sm text-ink2"),
        class_name="flex flex-wrap items-center gap-x-2 gap-y-1 mt-1.5",
    )
    words = rx.el.div(
        rx.el.h2(heading, title=row.name, class_name=_NAME),
        price,
        states,
        class_name="px-3.5 py-3 grow min-w-0",
    )
    shop = rx.el.div(row.shop, class_name="border-t border-line2 px-3.5 py-2 text-sm text-ink2 truncate")
    return rx.fragment(product_cover(row, "w-full aspect-[16/10]", loading=loading), words, shop)


SHEET = "flex flex-col rounded-card border border-line bg-card overflow-hidden"


def cancel_rules(terms: Any, *, narrow: bool = False, marked: Any = False, rule: Any = None) -> rx.Component:
    """The situations of an order, by the terms it is sold under: four of codes, three of a receipt, which is used when
    it comes. `marked`: the third is about to change; `rule`: Var of a RuleTold, by which the second is approved at once
    (R97)."""
    fee = rx.cond(
        terms.fee_permille > 0,
        t("mall.how_sealed_fee", n=terms.window_days, percent=terms.fee_permille / 10),
        t("mall.how_sealed_line", n=terms.window_days),
    )
    sealed = rx.cond(terms.return_allowed, fee, t("mall.how_sealed_final"))
    asked: Child = t("mall.how_undelivered_line")
    undelivered = asked if rule is None else rx.cond(rule.n > 0, rule_of_product(rule), rx.fragment(asked))
    rows = [
        _situation(t("mall.how_unpaid"), t("mall.how_unpaid_line"), narrow),
        _situation(t("mall.how_undelivered"), undelivered, narrow),
    ]
    codes = rx.fragment(
        _situation(t("mall.how_sealed"), rx.el.span(sealed, class_name=rx.cond(marked, _MARK, "")), narrow),
        _situation(t("mall.how_used"), t("mall.how_used_line"), narrow),
    )
    receipt = _situation(t("mall.how_receipt"), t("mall.how_receipt_line"), narrow)
    rest = rx.cond(is_receipt(terms), receipt, codes)
    return rx.el.dl(*rows, rest, class_name="[&>div+div]:border-t [&>div+div]:border-line2")


_MARK = "bg-amber-bg text-ink rounded-[4px] px-1 -mx-1"


def _situation(when: Child, line: Child, narrow: bool) -> rx.Component:
    return rx.el.div(
        rx.el.dt(when, class_name="font-semibold" + ("" if narrow else " sm:w-[168px] shrink-0")),
        rx.el.dd(line, class_name="text-ink2"),
        class_name="py-2.5" + ("" if narrow else " sm:flex gap-4"),
    )


def plain_text(text: Any) -> rx.Component:
    """Several lines as they were typed."""
    return rx.el.p(text, class_name="whitespace-pre-wrap [overflow-wrap:anywhere] text-ink2")


def switch(on: Any, label: Child, on_click: Any, **props: Any) -> rx.Component:
    """On or off, at once; `label` names what it is of."""
    slid = "transition-transform group-aria-checked:translate-x-4"
    knob = rx.el.span(class_name=f"block size-4 rounded-full bg-white {slid}")
    track = rx.el.span(
        knob,
        aria_hidden="true",
        class_name=(
            "block w-9 h-5 rounded-full p-0.5 bg-ink3 transition-colors duration-150 group-aria-checked:bg-jade "
            "group-disabled:opacity-55"
        ),
    )
    attrs = {"aria-checked": rx.cond(on, "true", "false"), "aria-label": label}
    look = "touch group inline-flex items-center justify-center rounded-full"
    return rx.el.button(
        track, type="button", role="switch", on_click=on_click, custom_attrs=attrs, class_name=look, **props
    )


def _form_said(form: rx.Var[dict[str, Any]]) -> tuple[rx.Var[dict[str, Any]]]:
    return (form,)


class FormWatch(rx.Component):
    """Inside a form: tells what it says, a moment after each change."""

    library = "$/public/watch"
    tag = "FormWatch"
    on_typed: rx.EventHandler[_form_said]


def form_watch(on_typed: Any) -> rx.Component:
    """`on_typed` is handed the fields of the form around it, as when it is sent."""
    return FormWatch.create(on_typed=on_typed)
