"""开始处理: the press with what it does, or since when the shop works on an order (R95)."""

from typing import Any

import reflex as rx

from cardmall.components.controls import button
from cardmall.components.format import instant
from cardmall.components.text import t


def work_begun(order: Any, act: Any) -> rx.Component:
    """`order`: a Var with `begun_at` and `can_begin`; nothing where neither says anything."""
    line = rx.el.span(t("begin.line"), class_name="text-sm text-ink2")
    look = "flex flex-wrap items-center gap-x-3 gap-y-1.5"
    press = rx.el.div(button(t("begin.act"), on_click=act, kind="outline"), line, class_name=look)
    since = rx.el.p(t("begin.since", at=instant(order.begun_at)), class_name="text-sm text-ink2")
    return rx.cond(order.can_begin, press, rx.cond(order.begun_at, since))
