"""What merchants and admins see on their desks: figures, time left, a person behind a request."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.feedback import bone, rows_skeleton, skeleton, title_skeleton
from cardmall.components.format import countdown, deadline, instant, span, time_bar
from cardmall.components.labels import role, verb
from cardmall.components.progress import moment, timeline
from cardmall.components.surface import pill
from cardmall.components.text import t, t_enum


def figures(*items: rx.Component) -> rx.Component:
    """A row of `figure`s; two by two on a phone."""
    return rx.el.dl(*items, class_name="grid grid-cols-2 xl:grid-cols-4 gap-3 sm:gap-3.5 mb-[18px]")


def figure(name: Child, value: Child, line: Child = "") -> rx.Component:
    """One number with what it means."""
    return rx.el.div(
        rx.el.dt(name, class_name="text-sm text-ink2"),
        rx.el.dd(value, class_name="text-[22px] sm:text-[24px] font-bold leading-tight tabular-nums break-words"),
        rx.el.dd(line, class_name="text-sm text-ink2 empty:hidden"),
        class_name="rounded-card border border-line bg-card px-4 py-3.5 min-w-0",
    )


def time_left(start: Any, end: Any, *, over: rx.Var[bool], over_word: Child, on_end: Any = None) -> rx.Component:
    """How long there is to answer, as text and bar, and until when; `over_word` once it is over."""
    whole = span(start, end)
    running = rx.fragment(
        countdown(end, "reply", total=whole, on_end=on_end, class_name="font-semibold whitespace-nowrap"),
        time_bar(end, total=whole),
    )
    until = rx.el.div(t("merchant.until", at=deadline(end)), class_name="text-sm text-ink2 whitespace-nowrap mt-0.5")
    return rx.el.div(rx.cond(over, pill(over_word, "seal"), running), until)


def history(entries: Any) -> rx.Component:
    """What happened to an order, newest first: who, when, and their words."""
    return timeline(rx.foreach(entries, _entry))


def _entry(entry: Any, index: Any) -> rx.Component:
    note = rx.cond(entry.note != "", rx.el.p(entry.note, class_name="text-ink2 [overflow-wrap:anywhere]"))
    line = rx.fragment(instant(entry.at), " · ", role(entry.role))
    return moment(verb(entry.verb), line, note, newest=index == 0)


def asked_for(reason: Child, text: Any) -> rx.Component:
    """The shopper's reason and their own words."""
    words = rx.el.div("“", text, "”", title=text, class_name="text-sm text-ink2 line-clamp-2 max-w-[36ch]")
    return rx.el.div(rx.el.div(reason), rx.cond(text != "", words))


def desk_skeleton() -> rx.Component:
    boxes = [bone("h-[88px]") for _ in range(4)]
    shapes = rx.el.div(*boxes, class_name="grid grid-cols-2 xl:grid-cols-4 gap-3.5 mb-[18px]")
    return skeleton(title_skeleton(), shapes, rows_skeleton(4))


def effect(kind: Any) -> rx.Var[str]:
    """What an approval does to the order and its cards."""
    return t_enum("merchant.effect", kind)
