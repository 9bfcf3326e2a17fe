"""What a shop asks its buyers for: as a form to fill in, and as answers to read (R86)."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.format import copy_button, full
from cardmall.components.forms import field, select, text_input
from cardmall.components.surface import fact, facts
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.domain import limits
from cardmall.domain.buyer_answers import again_name, answer_name

_ROOM = 2 * limits.FIELD_TEXT[-1]  # what is too long is told, not cut


def answer_inputs(asked: Any, wrong: Any, *, key: Any = "") -> rx.Component:
    """A control for each of the views.buyer_fields.AskedField's; `wrong`: FieldErrors by the names of the form."""
    return rx.el.div(*[_slot(asked, wrong, n) for n in _SLOTS], class_name="grid gap-4", key=key)


def answers_preview(asked: Any) -> rx.Component:
    """The same as it will look, to read only."""
    return rx.el.div(*[_slot(asked, None, n) for n in _SLOTS], class_name="grid gap-4")


_SLOTS = range(1, limits.BUYER_FIELDS + 1)


def _slot(asked: Any, wrong: Any, n: int) -> rx.Component:
    one = asked[n - 1]
    again = _control(one, again_name(n), wrong, t("field.again", label=one.label), t("field.again_line"), "")
    first = _control(one, answer_name(n), wrong, one.label, _hint(one), one.answer)
    both = rx.fragment(first, rx.cond(one.twice, again))
    return rx.cond(length(asked) >= n, both)


def _hint(one: Any) -> rx.Component:
    """The words of the shop, and what the answer is made of."""
    kind = t_enum("field.hint", one.kind, low=one.low, high=one.high)
    return rx.fragment(
        rx.cond(one.help != "", rx.el.span(one.help, class_name="[overflow-wrap:anywhere]")),
        rx.cond((one.help != "") & _has_hint(one), " · ", ""),
        rx.cond(_has_hint(one), kind, ""),
    )


def _has_hint(one: Any) -> Any:
    return (one.kind == "digits") | (one.kind == "letters") | (one.kind == "number")


def _control(one: Any, name: str, wrong: Any, label: Child, hint: Child, answer: Any) -> rx.Component:
    """`answer`: what stands in it at first; what is typed again begins empty, it is there to be typed."""
    shown, error = (f"preview-{name}", "") if wrong is None else (name, wrong[name])
    rest: dict[str, Any] = {"disabled": True} if wrong is None else {}
    mode = choose(
        one.kind, ("digits", "numeric"), ("number", "numeric"), ("phone", "tel"), ("email", "email"), otherwise="text"
    )
    line = text_input(
        shown,
        default_value=answer,
        input_mode=mode,
        max_length=_ROOM,
        auto_complete="off",
        spell_check=False,
        **rest,
    )
    choices = rx.foreach(one.choices, lambda choice: rx.el.option(choice, value=choice))
    picked = select(shown, rx.el.option(t("field.choose"), value=""), choices, default_value=answer, **rest)
    told = rx.fragment(label, rx.cond(one.required, "", rx.el.span(t("kit.optional"), class_name=_OPTIONAL)))
    return rx.cond(
        one.kind == "select",
        field(told, picked, name=shown, error=error, hint=hint),
        field(told, line, name=shown, error=error, hint=hint),
    )


_OPTIONAL = "ml-1.5 text-sm font-normal text-ink2"


def answers_shown(answers: Any, *, copied: bool = False) -> rx.Component:
    """Each of the views.buyer_fields.FieldAnswer's as a fact; `copied`: with a button that copies it."""
    return facts(rx.foreach(answers, lambda one: answer_fact(one, copied=copied)))


def earlier_answers(fields: Any) -> rx.Component:
    """Folded, what corrections replaced, of a views.buyer_fields.OrderFields; nothing where there were none."""
    head = rx.el.summary(t("field.earlier", n=length(fields.earlier)), class_name="touch text-sm text-ink2 py-2")
    rows = rx.foreach(fields.earlier, _earlier)
    fold = rx.el.details(head, rx.el.div(rows, class_name="grid gap-4 mt-1"), class_name="mt-2")
    return rx.cond(length(fields.earlier) > 0, fold)


def _earlier(one: Any) -> rx.Component:
    until = rx.el.p(t("field.until", at=full(one.until)), class_name="text-sm text-ink2 mb-1")
    return rx.el.div(until, facts(rx.foreach(one.answers, answer_fact)))


def answer_fact(one: Any, *, copied: bool = False) -> rx.Component:
    return fact(one.label, _answer(one, copied))


def _answer(one: Any, copied: bool) -> rx.Component:
    words = rx.el.span(one.answer, class_name="[overflow-wrap:anywhere] whitespace-pre-wrap")
    some = rx.fragment(words, copy_button(one.answer, class_name="py-0 -my-1")) if copied else words
    none = rx.el.span(rx.cond(one.there, t("field.none"), t("field.erased")), class_name="text-ink2")
    return rx.cond(one.answer != "", some, none)
