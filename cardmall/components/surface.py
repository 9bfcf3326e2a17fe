"""What things lie on and how they are told: cards, lists of facts, titles, tabs, tables, pills, covers."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx

from cardmall.components.controls import Child, link
from cardmall.components.covers import square_picture
from cardmall.components.format import call
from cardmall.components.text import t
from cardmall.components.vars import choose

Crumbs = Sequence[tuple[Child, rx.Var | str]]
Tone = Literal["seal", "amber", "jade", "blue", "grey"]
TONES: dict[Tone, str] = {
    "seal": "text-seal bg-seal-bg border-seal-line",
    "amber": "text-amber bg-amber-bg border-amber-line",
    "jade": "text-jade bg-jade-bg border-jade-line",
    "blue": "text-blue bg-blue-bg border-blue-line",
    "grey": "text-grey bg-grey-bg border-grey-line",
}


def pill(text: Child, tone: Tone | rx.Var = "grey") -> rx.Component:
    """A status in a word. The colour only repeats what the word says."""
    colours = TONES[tone] if isinstance(tone, str) else choose(tone, *TONES.items(), otherwise=TONES["grey"])
    base = (
        "inline-flex items-center gap-1 rounded-full border px-[9px] text-[12px]/[20px] font-semibold "
        "whitespace-nowrap "
    )
    return rx.el.span(text, class_name=f"{base}{colours}")


def card(
    *children: Child, title: Child | None = None, aside: Child | None = None, class_name: str = "p-5"
) -> rx.Component:
    """A white sheet with a hairline. `aside` stands small beside the title."""
    head = [section_title(title, aside)] if title is not None else []
    return rx.el.section(*head, *children, class_name=f"bg-card border border-line rounded-card {class_name}")


def section_title(title: Child, aside: Child | None = None) -> rx.Component:
    beside = [rx.el.span(aside, class_name="text-sm text-ink2")] if aside is not None else []
    return rx.el.div(
        rx.el.h2(title, class_name="text-h2 font-semibold"),
        *beside,
        class_name="flex flex-wrap items-baseline gap-x-3 mb-3",
        data_head="",
    )


def side_note(*children: Child) -> rx.Component:
    """A quiet remark inside a card."""
    return rx.el.div(*children, class_name="bg-paper rounded-cover px-3.5 py-3 mt-3 text-sm text-ink2")


def facts(*pairs: tuple[Child, Child] | rx.Component) -> rx.Component:
    """Names and values to verify, in two columns; a component (rx.cond, rx.foreach of `fact`) may stand for a pair."""
    rows = [fact(*pair) if isinstance(pair, tuple) else pair for pair in pairs]
    return rx.el.dl(*rows, class_name="grid gap-y-2")


def fact(name: Child, value: Child) -> rx.Component:
    return rx.el.div(
        rx.el.dt(name, class_name="text-ink2"),
        rx.el.dd(value, class_name="min-w-0"),
        class_name="grid grid-cols-[96px_1fr] gap-x-2",
    )


def amount(text: Child, *, tone: str = "") -> rx.Component:
    """Money, bold and tabular. `tone="text-jade"`: money that comes back."""
    return rx.el.b(text, class_name=f"font-bold tabular-nums whitespace-nowrap {tone}")


def page_title(
    title: Child,
    *beside: Child,
    aside: Child | None = None,
    crumbs: Crumbs | None = None,
    here: Child = "",
    mark: Child | None = None,
) -> rx.Component:
    """The page's one h1. `mark`: before it; `beside`: pills; `aside`: at the far end; `crumbs`: (word, url) to here."""
    far = [rx.el.div(aside, class_name="flex flex-wrap gap-3 sm:ml-auto")] if aside is not None else []
    head = rx.el.h1(title, class_name="text-h1 font-bold min-w-0")
    line = rx.el.div(
        rx.el.div(mark, head, class_name="flex items-center gap-3 min-w-0") if mark is not None else head,
        *beside,
        *far,
        class_name="flex flex-wrap items-center gap-x-3 gap-y-2",
    )
    return rx.el.div(*([breadcrumb(crumbs, here)] if crumbs else []), line, class_name="mb-5")


def breadcrumb(crumbs: Crumbs, here: Child) -> rx.Component:
    parts: list[Child] = []
    for word, url in crumbs:
        parts += [
            link(word, href=url, class_name="py-2.5 -my-2.5 hover:text-ink hover:underline"),
            rx.el.span("/", aria_hidden="true"),
        ]
    parts.append(rx.el.span(here, aria_current="page"))
    return rx.el.nav(
        *parts, aria_label=t("kit.breadcrumb"), class_name="flex flex-wrap gap-x-1.5 text-sm text-ink2 mb-1"
    )


def tabs(*items: Child, label: Child) -> rx.Component:
    """A row of `tab`s; scrolls sideways on a phone."""
    look = "flex gap-1.5 border-b border-line mb-3.5 overflow-x-auto overflow-y-hidden [scrollbar-width:none]"
    return rx.el.nav(*items, aria_label=label, class_name=look)


def tab(text: Child, count: rx.Var | int | None, *, href: rx.Var | str, selected: rx.Var | bool) -> rx.Component:
    """One tab with how many there are; a link, so that it can be kept and sent."""
    number = (
        [rx.el.b(count, class_name="text-[12px] font-semibold text-ink2 group-aria-[current=page]:text-seal")]
        if count is not None
        else []
    )
    look = (
        "touch shrink-0 group flex items-center gap-1 px-3 py-2 -mb-px border-b-2 border-transparent whitespace-nowrap "
        "text-ink2 hover:text-ink aria-[current=page]:text-ink aria-[current=page]:font-semibold "
        "aria-[current=page]:border-stamp aria-[current=page]:[scroll-initial-target:nearest]"
    )
    return link(
        text, *number, href=href, class_name=look, custom_attrs={"aria-current": rx.cond(selected, "page", "false")}
    )


def table(*headings: Child, rows: Child, label: Child) -> rx.Component:
    """A table; on a phone every row becomes a card. Cells are `cell`, rows `table_row`."""
    look = "text-left text-sm font-medium text-ink2 px-4 py-2.5 break-keep [overflow-wrap:normal]"
    names = [rx.el.th(text, scope="col", class_name=look) for text in headings]
    head = rx.el.thead(rx.el.tr(*names), class_name="max-md:sr-only")
    return rx.el.table(
        head, rx.el.tbody(rows, class_name="max-md:block"), aria_label=label, class_name="w-full max-md:block"
    )


def table_row(*cells: rx.Component, **props: Any) -> rx.Component:
    look = "border-t border-line2 max-md:flex max-md:flex-col max-md:gap-2 max-md:p-4"
    return rx.el.tr(*cells, **props, class_name=look)


def table_cell(*children: Child, label: Child | None = None) -> rx.Component:
    """A cell; `label` is its column's name, shown on a phone."""
    look = "md:hidden text-sm text-ink2 w-20 shrink-0"
    name = [rx.el.span(label, class_name=look, aria_hidden="true")] if label is not None else []
    inner = rx.el.div(*children, class_name="min-w-0 max-md:grow")
    return rx.el.td(*name, inner, class_name="md:px-4 md:py-3 align-middle max-md:flex max-md:gap-3")


def cover(row: Any, *, size: Literal["sm", "md", "lg"] = "md") -> rx.Component:
    """A product's square: its picture, else a colour and a short word. `row`: a view with `cover` and `picture`."""
    sizes = {"sm": "size-10 text-[11px]", "md": "size-[52px] text-[13px]", "lg": "size-20 text-h2"}
    look = f"{sizes[size]} rounded-cover shrink-0"
    drawn = rx.el.div(
        call("coverWord", row.cover),
        aria_hidden="true",
        style={"background": call("coverColour", row.cover)},
        class_name=f"{look} grid place-items-center font-bold text-white overflow-hidden leading-none",
    )
    return rx.cond(row.picture != "", square_picture(row.picture, look), drawn)


def avatar(name: rx.Var | str) -> rx.Component:
    """A person's or shop's first sign."""
    look = "size-[30px] rounded-full bg-line text-ink grid place-items-center text-[12px] font-semibold shrink-0"
    return rx.el.span(call("initial", name), aria_hidden="true", class_name=look)


def product_name(name: rx.Var | str, *after: Child) -> rx.Component:
    """A product's name in one line: cut where it is too long, its face value never."""
    face = rx.el.span(call("nameFace", name), class_name="shrink-0 empty:hidden", data_face="")
    words = rx.el.span(call("nameHead", name), class_name="truncate")
    return rx.el.span(words, face, *after, class_name="flex min-w-0 gap-[0.35em]")


def product_line(name: rx.Var | str, class_name: str = "") -> rx.Component:
    return rx.el.div(product_name(name), title=name, class_name=f"min-w-0 {class_name}")


def cut_line(text: rx.Var | str, class_name: str = "") -> rx.Component:
    """Long text cut at the end; the whole of it as a title."""
    return rx.el.div(text, title=text, class_name=f"truncate {class_name}")


def action_bar(*children: Child) -> rx.Component:
    """The page's act: in place on a wide screen, stuck to the foot of a phone."""
    look = (
        "flex items-center gap-3 mt-4 max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-20 max-md:m-0 "
        "max-md:flex-wrap max-md:bg-card max-md:border-t "
        "max-md:border-line max-md:px-4 max-md:pt-3 max-md:pb-[max(12px,env(safe-area-inset-bottom))] "
        "max-md:[&>*:first-child]:grow max-md:[&>*:first-child]:min-w-0"
    )
    return rx.el.div(*children, class_name=f"no-print {look}", data_action_bar="")
