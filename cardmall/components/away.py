"""A shop that takes no orders until a day, as shoppers and admins read it (R98)."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.feedback import info_box
from cardmall.components.format import day
from cardmall.components.surface import pill
from cardmall.components.text import t


def away_pill(until: Any) -> rx.Component:
    """In place of the stock: the day of return. It fits the narrowest card of the shelf."""
    return pill(t("mall.away_back", day=day(until)), "grey")


def away_box(until: Any, note: Any, action: rx.Component) -> rx.Component:
    """In place of what would be ordered with: until when, the shop's words, and `action` instead."""
    line = rx.el.p(t("mall.away_line", day=day(until)), class_name="text-sm mt-0.5")
    words = rx.el.p(t("kit.quoted", text=note), class_name="text-sm mt-2 whitespace-pre-wrap [overflow-wrap:anywhere]")
    box = info_box(rx.el.b(t("mall.away")), line, rx.cond(note != "", words), icon="calendar-clock", top=True)
    return rx.el.div(rx.el.div(box, role="status"), rx.el.div(action, class_name="mt-3"))


def away_note(words: Child) -> rx.Component:
    """Beside an order that goes on meanwhile."""
    return info_box(rx.el.p(words, class_name="text-sm"), icon="calendar-clock")
