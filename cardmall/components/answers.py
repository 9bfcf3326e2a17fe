"""Answers to a case, one sheet each; choices that say what they need; an amount and what it leaves to each side."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.format import money
from cardmall.components.forms import choice_error
from cardmall.components.receipts import is_receipt
from cardmall.components.text import locale, t


class OfferSplit(rx.Component):
    """Follows the field of this id as it is typed."""

    library = "$/public/offer"
    tag = "OfferSplit"
    field: rx.Var[str]
    paid: rx.Var[int]
    most: rx.Var[int]
    locale: rx.Var[str]


def offer_split(field: str, *, paid: Any, most: Any) -> rx.Component:
    """退给买家 ¥x · 结算商家 ¥y: of `paid`, for an amount below `most` (fen)."""
    for key in ("answer.split_empty", "answer.split_wrong"):
        t(key, most="")  # a missing text stops the build
    return OfferSplit.create(field=field, paid=paid, most=most, locale=locale(), class_name="text-sm tabular-nums")


def answer_sheet(title: Child, line: Child, *children: Child, is_open: bool = False, **props: Any) -> rx.Component:
    """One answer of several: opening it folds the others away; what was typed stays."""
    mark = rx.icon(
        "chevron-down", size=16, class_name="shrink-0 transition-transform duration-150 group-open:rotate-180"
    )
    words = rx.el.span(
        rx.el.b(title, class_name="font-semibold"),
        rx.el.span(line, class_name="block text-sm text-ink2"),
        class_name="min-w-0 grow",
    )
    head = rx.el.summary(words, mark, class_name="flex items-center gap-3 px-5 py-3.5 hover:bg-grey-bg")
    body = rx.el.div(*children, class_name="px-5 pb-5 pt-1")
    look = "group border-t border-line2 first:border-0"
    return rx.el.details(head, body, open=is_open, class_name=look, custom_attrs={"name": "answer"}, **props)


def choices(
    legend: Child, *options: Child, name: str, error: rx.Var | str = "", missing: Child | None = None
) -> rx.Component:
    """A group of `choice`s under one question; `missing` is said when none was chosen."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="font-semibold mb-1.5"),
        rx.el.div(*options, class_name="grid gap-1"),
        choice_error(name, error, missing),
        aria_describedby=f"{name}-error",
    )


def answer_choice(name: str, value: Any, label: Child, line: Child, **props: Any) -> rx.Component:
    """One of few answers, with what it needs or does."""
    mark = rx.el.input(
        type="radio", name=name, value=value, class_name="mt-[3px] size-4 shrink-0 accent-[var(--ink)]", **props
    )
    words = rx.el.span(label, rx.el.span(line, class_name="block text-sm text-ink2 empty:hidden"))
    return rx.el.label(mark, words, class_name="touch flex items-start gap-2 py-1 cursor-pointer")


def offer_sums(case: Any) -> rx.Component:
    """What an open offer gives to each side, beside what was asked for."""
    rows = [
        _sum(t("case.offer.yours"), money(case.offer_amount), "text-jade font-bold"),
        _sum(t("case.offer.shops"), money(case.offer_rest), ""),
        _sum(t("case.offer.asked"), money(case.amount), "text-ink2"),
    ]
    return rx.el.dl(*rows, class_name="grid gap-1.5 max-w-[360px]", data_sums="")


def _sum(name: Child, value: Any, look: str) -> rx.Component:
    return rx.el.div(
        rx.el.dt(name, class_name="text-ink2"),
        rx.el.dd(value, class_name=f"tabular-nums {look}"),
        class_name="flex justify-between gap-3",
    )


def accept_line(case: Any, order: Any) -> Any:
    """What accepting the open offer means."""
    sum_ = money(case.offer_amount)
    whole, some = (t(f"case.ask.accept.line_{kind}", amount=sum_) for kind in ("whole", "some"))
    before = rx.cond(case.pieces < order.quantity, some, whole)
    stays, less = (t(f"case.ask.accept.line_{kind}", amount=sum_) for kind in ("receipt", "amount"))
    less = rx.cond(order.delivered_at, rx.cond(is_receipt(order), stays, less), before)
    return rx.cond(case.offer_amount > 0, less, t("case.ask.accept.line_replacement"))


def resume_line(order: Any) -> Any:
    """What ending the hold means: an order not delivered yet is; the codes of a delivered one can be revealed."""
    delivered, waiting = (t(f"case.ask.resume.line_{kind}") for kind in ("delivered", "undelivered"))
    return rx.cond(order.delivered_at, delivered, waiting)
