"""What the guide and the rules are made of: texts with the numbers in force, sections with an address, plain tables."""

from collections.abc import Iterable
from typing import Any

import reflex as rx

from cardmall import locales, routes
from cardmall.components.controls import Child, link
from cardmall.components.format import ends, instant
from cardmall.components.surface import section_title, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.domain.guide import NUMBERS

LINK = "underline underline-offset-2 decoration-ink3 hover:decoration-ink"


def told_text(key: str) -> rx.Var[str]:
    """The text of a key, with the numbers it names. KeyError: it needs one the rules do not have."""
    return t(key, **{name: NUMBERS[name] for name in locales.parameters(key)})


class Fold(rx.Component):
    """Folded on a phone; open on a wide screen and for an address that names something in it."""

    library = "$/public/fold"
    tag = "Fold"
    head: rx.Var[str]
    head_look: rx.Var[str]


def fold(head: rx.Var[str], *children: Child) -> rx.Component:
    """What explains more than most people need: its head stays in sight."""
    look = "touch cursor-pointer text-h2 font-semibold py-2 mb-2"
    return Fold.create(*children, head=head, head_look=look, class_name="min-w-0")


def section(name: str, title: Child, line: Child, *children: Child) -> rx.Component:
    """A sheet that an address can name: /help#name."""
    head = section_title(title, line)
    look = "scroll-mt-4 bg-card border border-line rounded-card p-5 overflow-hidden"
    return rx.el.section(head, *children, id=name, class_name=look)


def contents(label: Child, *entries: tuple[str, Child]) -> rx.Component:
    """Where to find what on this page."""
    look = (
        "touch inline-flex items-center rounded-full border border-line bg-card px-3 py-1 text-ink2 "
        "hover:border-ink3 hover:text-ink"
    )
    rows = [rx.el.li(rx.el.a(text, href=f"#{name}", class_name=look)) for name, text in entries]
    return rx.el.nav(rx.el.ul(*rows, class_name="flex flex-wrap gap-2"), aria_label=label, class_name="mb-5")


def told_table(label: Child, columns: list[Child], rows: Iterable[tuple[str, list[Child]]]) -> rx.Component:
    """Rows of (address, cells); on a phone each becomes a card that names its columns, unless there is only one."""
    names: list[Child | None] = [*columns[1:]] if len(columns) > 2 else [None]
    body = [
        table_row(
            table_cell(rx.el.b(cells[0], class_name="font-semibold")),
            *[table_cell(text, label=column) for column, text in zip(names, cells[1:], strict=True)],
            id=name,
        )
        for name, cells in rows
    ]
    look = (
        "-mx-5 -mb-5 [&_td]:align-top [&_tr]:scroll-mt-24 [&_tr[data-here]]:bg-amber-bg max-md:[&_tr]:px-5 "
        "max-md:[&_tr]:gap-1 md:[&_td:first-child]:whitespace-nowrap md:[&_:is(td,th):first-child]:pl-5"
    )
    return rx.el.div(table(*columns, rows=rx.fragment(*body), label=label), class_name=look)


def closed_words(way: Any, order: Any) -> rx.Var[str]:
    """Say why a way of canceling is closed, with the dates of the order that closed it."""
    return t_enum(
        "way.closed",
        way.words,
        paid=instant(order.paid_at),
        delivered=instant(order.delivered_at),
        revealed=instant(order.revealed_at),
        return_until=ends(order.return_until),
        n=order.window_days,
        closed=instant(order.closed_at),
    )


def rule_link(way: Any, reason: Any) -> rx.Component:
    """From a refusal to the row of the guide that decided."""
    spoken = t("way.rule_of", way=t_enum("way.name", way))
    return link(
        t("way.rule"),
        href=routes.rule_url(way, reason),
        class_name=LINK + " touch py-2 -my-2",
        custom_attrs={"aria-label": spoken},
    )


def to(text: Child, href: Any) -> rx.Component:
    return link(text, href=href, class_name=LINK)
