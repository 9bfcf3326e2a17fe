"""Three questions at the top of the guide, each leading to its one answer: the first way the rules give that moment.

They are radios and style alone: nothing is sent, and they work before the scripts run.
"""

from datetime import UTC, datetime

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link_button
from cardmall.components.forms import chip
from cardmall.components.guide import section, to, told_text
from cardmall.components.text import t
from cardmall.domain import guide
from cardmall.domain.guide import Example

ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # which way fits a moment does not depend on the date
# Question, the moment of the order when the answer is no. After the last yes the code was revealed.
_ASKED = (("paid", "unpaid"), ("delivered", "undelivered"), ("revealed", "sealed"))
_LAST = "used"


def questions() -> rx.Component:
    """付款了吗？ 发货了吗？ 看过卡密吗？"""
    answers = {example.name: _answer(example) for example in guide.examples(ANY_TIME)}
    shown: Child = answers[_LAST]
    for name, moment in reversed(_ASKED):
        shown = _question(name, answers[moment], shown)
    return rx.el.div(section("ask", t("guide.ask.title"), "", shown), class_name="mb-4")


def _question(name: str, no: Child, yes: Child) -> rx.Component:
    """The question; below it what follows a no, or what follows a yes. Nothing follows before one was chosen."""
    chips = [chip(f"ask-{name}", value, t(f"guide.ask.{name}_{value}")) for value in ("no", "yes")]
    asked = rx.el.fieldset(
        rx.el.legend(t(f"guide.ask.{name}"), class_name="font-semibold mb-2"),
        rx.el.div(*chips, class_name="flex flex-wrap gap-2"),
    )
    after = [_after(value, part) for value, part in (("no", no), ("yes", yes))]
    return rx.el.div(asked, *after, class_name="group/ask grid gap-4 min-w-0")


def _after(value: str, part: Child) -> rx.Component:
    """Shown while this answer of the question around it is chosen; a question further in does not count."""
    chosen = f"[:has(>fieldset_input[value={value}]:checked)>&]:block"
    return rx.el.div(part, class_name=f"hidden {chosen}", aria_live="polite")


def _answer(example: Example) -> rx.Component:
    ways = [to(t(f"way.name.{d.way}"), f"#{d.way.value}") for d in example.decisions if d.is_open]
    return rx.el.div(
        rx.el.b(*ways, class_name="font-semibold"),
        rx.el.p(told_text(f"guide.moment_then.{example.name}"), class_name="text-ink2 mt-1 mb-3"),
        link_button(t("guide.go_orders"), href=routes.ORDERS, kind="ink", size="lg"),
        class_name="bg-paper rounded-cover px-3.5 py-3",
        data_answer=example.name,
    )
