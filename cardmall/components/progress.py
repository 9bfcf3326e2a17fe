"""How far it has come and what has happened: steps and timeline."""

from typing import Any, Literal

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.text import t
from cardmall.components.vars import choose

StepState = Literal["done", "now", "next"]

_DOT = (
    "relative flex-1 pt-5 pr-1 text-sm max-sm:text-[12px]/[18px] max-sm:tracking-tight "
    "[overflow-wrap:normal] max-[350px]:min-w-0 max-[350px]:[overflow-wrap:anywhere] "
    "text-ink2 data-[standing=done]:text-ink "
    "data-[standing=now]:text-seal data-[standing=now]:font-semibold "
    "before:absolute before:bg-line data-[standing=done]:before:bg-ink "
    "before:top-[5px] before:inset-x-0 before:h-0.5 "
    "after:absolute after:left-0 after:top-0 after:size-3 after:rounded-full after:bg-card "
    "after:border-2 after:border-line "
    "data-[standing=done]:after:bg-ink data-[standing=done]:after:border-ink "
    "data-[standing=now]:after:border-stamp data-[standing=now]:after:shadow-[0_0_0_4px_var(--seal-bg)]"
)


def step_row(*items: Child) -> rx.Component:
    """A row of `step`s."""
    return rx.el.ol(*items, class_name="flex mt-5 mb-0.5")


def step(title: Child, line: Child = "", *, standing: StepState | rx.Var) -> rx.Component:
    """One step. `standing` is also said to screen readers."""
    spoken = choose(standing, ("done", t("kit.step_done")), ("now", t("kit.step_now")), otherwise="")
    return rx.el.li(
        rx.el.div(title, rx.el.span(" ", spoken, class_name="sr-only")),
        rx.el.div(line, class_name="empty:hidden pr-2"),
        class_name=_DOT,
        data_standing=standing,
        aria_current=rx.cond(standing == "now", "step", "false"),
    )


def timeline_list(items: Child) -> rx.Component:
    """Newest first; usually an rx.foreach of `moment`."""
    return rx.el.ol(items, class_name="ml-1 mt-1 pl-4 border-l-2 border-line grid gap-3.5")


def timeline_moment(
    title: Child, line: Child, *more: Child, newest: rx.Var | bool = False, **props: Any
) -> rx.Component:
    """What happened; `line` says when and by whom."""
    dot = (
        "relative before:absolute before:-left-[22px] before:top-1.5 before:size-2.5 before:rounded-full "
        "before:bg-card before:border-2 target:text-blue scroll-mt-6 "
        "before:border-ink3 data-[newest=true]:before:border-stamp data-[newest=true]:before:bg-stamp"
    )
    return rx.el.li(
        rx.el.b(title, class_name="font-semibold"),
        rx.el.div(line, class_name="text-sm text-ink2"),
        *more,
        class_name=dot,
        data_newest=rx.cond(newest, "true", "false"),
        **props,
    )
