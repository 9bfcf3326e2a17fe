"""如何取消订单: where the order stands, the four ways row by row, and what happens after a request (R5).

Rows, times and acts are read from the rules in force; only their words are in the catalog.
"""

from datetime import UTC, datetime
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link_button
from cardmall.components.feedback import bone, info_box, skeleton
from cardmall.components.format import deadline, money
from cardmall.components.guide import contents, fold, section, to, told_table, told_text
from cardmall.components.labels import case_action, case_status, channel_word, order_status, refused, role
from cardmall.components.surface import page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.domain import guide
from cardmall.domain.guide import NUMBERS, Example, GuideRow, GuideStep
from cardmall.domain.terms import Channel, Outcome, Way
from cardmall.pages.frame import shop_frame
from cardmall.pages.public.help_questions import questions
from cardmall.states.public.guide import GuideState

ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # which way fits a moment does not depend on the date
DAYS = NUMBERS["arrival_first"] + "–" + NUMBERS["arrival_last"]
_BOX = "flex items-start gap-3 rounded-cover border px-3.5 py-3 "


def help_page() -> rx.Component:
    places = [(way.value, t(f"way.name.{way}")) for way in Way]
    nav = contents(t("guide.contents"), ("glance", t("guide.glance")), *places, ("steps", t("guide.steps")))
    orders = link_button(t("guide.go_orders"), href=routes.ORDERS, kind="outline", class_name="max-md:hidden")
    rules = rx.el.div(_glance(), _ways_title(), *_ways(), _steps(), _looks(), class_name="grid gap-4 mt-3")
    parts = rx.el.div(fold(t("guide.full"), nav, rules), _more(), class_name="grid gap-4")
    title = page_title(t("guide.title"), aside=orders)
    line = rx.el.p(t("guide.line"), class_name="text-ink2 -mt-3 mb-4 max-w-[72ch] max-md:hidden")
    return shop_frame(title, line, questions(), parts, here="help")


def _glance() -> rx.Component:
    """The way each moment has, decided by the rules themselves."""
    columns: list[Child] = [t(f"guide.column.{name}") for name in ("moment", "way", "then")]
    rows = [(f"moment-{e.name}", _moment(e)) for e in guide.examples(ANY_TIME)]
    return section("glance", t("guide.glance"), "", told_table(t("guide.glance"), columns, rows))


def _moment(example: Example) -> list[Child]:
    when = rx.el.span(t(f"guide.moment.{example.name}"), " ", pill(order_status(example.status.value)))
    ways = [to(t(f"way.name.{d.way}"), f"#{d.way.value}") for d in example.decisions if d.is_open]
    return [when, rx.el.span(*ways, class_name="font-semibold"), told_text(f"guide.moment_then.{example.name}")]


def _ways_title() -> rx.Component:
    line = rx.el.p(t("guide.ways_line"), class_name="text-ink2")
    return rx.el.div(rx.el.h2(t("guide.ways"), class_name="text-h2 font-semibold"), line, class_name="mt-3")


def _ways() -> list[rx.Component]:
    return [_way(way) for way in Way]


def _way(way: Way) -> rx.Component:
    rows = rx.el.ol(*[_row(row) for row in guide.rows(way)], class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    return section(way.value, t(f"way.name.{way}"), told_text(f"guide.way.{way}"), rows)


def _row(row: GuideRow) -> rx.Component:
    key = f"{row.way}_{row.reason}"
    is_open = row.outcome is Outcome.open
    mark = pill(t("guide.can"), "jade") if is_open else pill(t("guide.cannot"), "grey")
    words = rx.el.div(
        rx.el.b(told_text(f"guide.when.{key}"), class_name="font-semibold sm:w-[300px] shrink-0"),
        rx.el.span(told_text(f"guide.then.{key}"), class_name="text-ink2 min-w-0"),
        class_name="min-w-0 grow sm:flex gap-4 max-sm:grid max-sm:gap-0.5",
    )
    look = "scroll-mt-24 -mx-5 px-5 py-2.5 flex gap-3 items-start data-here:bg-amber-bg"
    return rx.el.li(rx.el.span(mark, class_name="w-[64px] shrink-0"), words, id=row.anchor, class_name=look)


def _steps() -> rx.Component:
    columns: list[Child] = [t(f"guide.column.{name}") for name in ("status", "awaited", "time", "acts", "silence")]
    rows = [(f"step-{step.status.value}", _step(step)) for step in guide.guide_steps()]
    return section("steps", t("guide.steps"), t("guide.steps_line"), told_table(t("guide.steps"), columns, rows))


def _step(step: GuideStep) -> list[Child]:
    sides = ((name, acts) for name, acts in (("shopper", step.shopper), ("merchant", step.merchant)) if acts)
    acts = [rx.el.div(role(name), " ", _listed(acts)) for name, acts in sides]
    return [
        case_status(step.status.value),
        rx.el.span(role(step.awaited.value), class_name="whitespace-nowrap") if step.awaited else "",
        told_text(f"guide.time.{step.status}"),
        rx.el.div(*acts),
        told_text(f"guide.silence.{step.status}"),
    ]


def _listed(acts: Any) -> rx.Component:
    words: list[Child] = []
    for act in acts:
        words += [" · "] * bool(words) + [case_action(act.value)]
    return rx.el.span(*words, class_name="text-ink2")


def _looks() -> rx.Component:
    """The four boxes of the order page, for one order at four moments, at this hour."""
    waiting = skeleton(bone("h-40"))
    shown = rx.el.div(rx.foreach(GuideState.view.examples, _example), class_name="grid gap-5 lg:grid-cols-2")
    body = rx.cond(GuideState.loaded, shown, waiting)
    return section("looks", t("guide.looks"), t("guide.looks_line", price=money(guide.PRICE)), body)


def _example(example: Any) -> rx.Component:
    head = rx.el.h3(
        t_enum("guide.moment", example.name), " ", pill(order_status(example.status)), class_name="font-semibold mb-2"
    )
    boxes = rx.el.ul(rx.foreach(example.ways, _box), class_name="grid gap-2")
    return rx.el.div(head, boxes, key=example.name)


def _box(way: Any) -> rx.Component:
    opened = t_enum(
        "way.open",
        way.way + "_" + way.reason,
        amount=money(way.amount),
        channel=channel_word(Channel.alipay.value),
        deadline=deadline(way.deadline),
        days=DAYS,
    )
    text = rx.el.div(
        rx.el.b(t_enum("way.name", way.way), class_name="font-semibold mr-2"),
        rx.cond(way.is_open, pill(t("way.open_pill"), "jade")),
        rx.el.div(rx.cond(way.is_open, opened, refused(way.reason)), class_name="text-sm text-ink2"),
        class_name="min-w-0",
    )
    icon = rx.cond(way.is_open, rx.icon("circle-check", size=16), rx.icon("circle-minus", size=16))
    mark = rx.el.span(icon, aria_hidden="true", class_name="mt-[3px] shrink-0 text-ink2")
    look = rx.cond(way.is_open, _BOX + "border-ink", _BOX + "border-line bg-paper text-ink2")
    return rx.el.li(mark, text, class_name=look, key=way.way)


def _more() -> rx.Component:
    rules = rx.el.div(to(t("guide.rules"), routes.RULES), " · ", t("guide.rules_line"))
    return info_box(rules, rx.el.div(t("guide.help_line")), icon="life-buoy", tone="grey", top=True)


PAGE = {
    "title": t("guide.title"),
    "description": t("guide.line"),
    "component": help_page,
    "route": routes.HELP,
    "on_load": GuideState.load,
}
