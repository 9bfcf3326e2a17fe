"""Before and instead of content: skeletons of its shape, empty with a next step, errors that say what to do."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.surface import TONES, Tone
from cardmall.components.text import t


def empty(icon: str, title: Child, line: Child = "", action: rx.Component | None = None) -> rx.Component:
    """Nothing here yet, and what to do next."""
    return rx.el.div(
        rx.icon(icon, size=26, custom_attrs={"strokeWidth": 1.6}, class_name="text-ink3", aria_hidden="true"),
        rx.el.p(title, class_name="text-h2 font-semibold mt-1"),
        rx.el.p(line, class_name="text-ink2 max-w-[42ch] empty:hidden"),
        *([rx.el.div(action, class_name="mt-3")] if action else []),
        class_name="flex flex-col items-center text-center gap-1 px-5 py-12",
    )


def info_box(
    *children: Child, tone: Tone = "blue", icon: str = "info", action: rx.Component | None = None, top: bool = False
) -> rx.Component:
    """The most urgent thing of a page, or a fact to know first. `top`: many lines."""
    right = [rx.el.div(action, class_name="sm:ml-auto")] if action else []
    return _strip(icon, TONES[tone], rx.el.div(*children, class_name="min-w-0 basis-48 grow"), *right, top=top)


def _strip(icon: str, colours: str, *children: rx.Component, top: bool = False, **props: Any) -> rx.Component:
    place, at = ("items-start", "mt-0.5") if top else ("items-center", "")
    look = f"flex flex-wrap sm:flex-nowrap {place} gap-3 rounded-card border px-4 py-3 {colours}"
    return rx.el.div(
        rx.icon(icon, size=18, class_name=f"shrink-0 {at}", aria_hidden="true"), *children, class_name=look, **props
    )


def bone(class_name: str) -> rx.Component:
    """One grey piece of a skeleton; the class gives its size."""
    return rx.el.div(class_name=f"breathe rounded-control bg-line {class_name}", aria_hidden="true")


def skeleton(*shapes: rx.Component, class_name: str = "") -> rx.Component:
    """Shapes of what is coming; a screen reader hears that it loads."""
    return rx.el.div(rx.el.span(t("kit.loading"), class_name="sr-only", role="status"), *shapes, class_name=class_name)


def rows_skeleton(rows: int = 5) -> rx.Component:
    """A card of list rows with covers."""
    return skeleton(*[_bone_row() for _ in range(rows)], class_name="bg-card border border-line rounded-card")


def _bone_row() -> rx.Component:
    return rx.el.div(
        bone("size-[52px] shrink-0"),
        rx.el.div(bone("h-4 w-2/5"), bone("h-3 w-3/5"), class_name="grow grid gap-2"),
        bone("h-8 w-20"),
        class_name="flex items-center gap-4 px-[18px] py-3.5 border-t border-line2 first:border-0",
    )


def title_skeleton() -> rx.Component:
    return rx.el.div(bone("h-7 w-48"), class_name="mb-5")


def detail_skeleton() -> rx.Component:
    """An order page: two columns of cards."""
    wide, narrow = [_bone_card(h) for h in ("h-14", "h-56", "h-32")], [_bone_card(h) for h in ("h-28", "h-24")]
    return skeleton(title_skeleton(), two_columns(wide, narrow))


def _bone_card(height: str) -> rx.Component:
    look = "bg-card border border-line rounded-card p-5"
    return rx.el.div(bone("h-5 w-32 mb-4"), bone(height), class_name=look)


def list_skeleton() -> rx.Component:
    """A list page: title, tabs, rows."""
    tab_row = rx.el.div(
        *[bone("h-5 w-16") for _ in range(5)], class_name="flex gap-5 border-b border-line pb-3 mb-3.5 overflow-hidden"
    )
    return rx.el.div(title_skeleton(), tab_row, rows_skeleton())


def two_columns(main: list[rx.Component], side: list[rx.Component]) -> rx.Component:
    """Main column and a side of 372 px; one below the other on a phone."""
    column = "grid gap-4 content-start min-w-0"
    return rx.el.div(
        rx.el.div(*main, class_name=column),
        rx.el.div(*side, class_name=column),
        class_name="grid gap-4 lg:gap-5 lg:grid-cols-[minmax(0,1fr)_372px]",
    )


def lost(ways: rx.Component) -> rx.Component:
    """The same for what does not exist and for what belongs to somebody else (R80). `ways`: where to go instead."""
    return rx.el.div(
        rx.el.h1(t("kit.lost_title"), class_name="sr-only"),
        empty("search-x", t("kit.lost_title"), t("kit.lost_line"), ways),
        data_lost="",
    )
