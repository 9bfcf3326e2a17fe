"""开始处理: the press with what it does, or since when the shop works on an order (R95)."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child, button
from cardmall.components.format import instant
from cardmall.components.text import t


def work_begun(order: Any, act: Any, words: Child | None = None) -> rx.Component:
    """`order`: a Var with `begun_at`, `can_begin` and `ruled`: until then a rule approves requests (R97); nothing where
    none says anything. `words`: what the press is called, where it does more."""
    told = rx.cond(order.ruled, t("begin.line_ruled"), t("begin.line"))
    line = rx.el.span(told, class_name="text-sm text-ink2")
    look = "flex flex-wrap items-center gap-x-3 gap-y-1.5"
    press = rx.el.div(
        button(t("begin.act") if words is None else words, on_click=act, kind="outline"), line, class_name=look
    )
    since = rx.el.p(t("begin.since", at=instant(order.begun_at)), class_name="text-sm text-ink2")
    return rx.cond(order.can_begin, press, rx.cond(order.begun_at, since))
