"""What buyers are asked for: up to five fields, each with its kind; added, removed and moved without losing a word."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child, button
from cardmall.components.forms import checkbox, field, select, text_input, textarea
from cardmall.components.labels import field_kind
from cardmall.components.surface import card
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.domain.buyer_fields import SLOTS, FieldKind, name_of
from cardmall.states.merchant.product import MerchantProductState as State

_TYPED: Any = State.typed
_WRONG: Any = State.fields_wrong
_TWO = "grid gap-4 sm:grid-cols-2 items-start"
_NUMBER_ROOM = 16


def fields_card() -> rx.Component:
    none = rx.el.p(t("field.empty"), class_name="text-ink2")
    first, last = (_TYPED[name_of(slot, "kind")] for slot in (min(SLOTS), max(SLOTS)))
    add = button(t("field.add"), on_click=State.ask_more, kind="outline")
    rows = rx.el.ol(*[_slot(slot) for slot in SLOTS], class_name="grid gap-4 empty:hidden", key=State.fields_drawn)
    inside = rx.el.div(rx.cond(first == "", none), rows, rx.cond(last == "", rx.el.div(add)), class_name="grid gap-4")
    return card(inside, title=t("goods.sheet.fields"), aside=t("goods.sheet_line.fields"))


def _slot(slot: int) -> rx.Component:
    kind = _TYPED[name_of(slot, "kind")]
    box = rx.el.li(
        _head(slot),
        rx.el.div(
            _named(slot, "label", _line(slot, "label", 2 * limits.FIELD_LABEL[-1])), _kind(slot), class_name=_TWO
        ),
        rx.cond(kind == FieldKind.select.value, _choices(slot), _kept(slot, "choices")),
        rx.cond(kind == FieldKind.number.value, _bounds(slot), rx.fragment(_kept(slot, "low"), _kept(slot, "high"))),
        _named(slot, "help", _line(slot, "help", 2 * limits.FIELD_HELP), optional=True),
        _ticks(slot, kind),
        class_name="grid gap-3 rounded-control border border-line p-3.5",
    )
    return rx.cond(kind != "", box)


def _head(slot: int) -> rx.Component:
    """Which one it is, and what is done to it as a whole."""
    up = [button(t("field.up"), on_click=State.ask_before(slot), size="sm", aria_label=t("field.up_one", n=slot))]
    acts = rx.el.div(
        *(up if slot > min(SLOTS) else []),
        button(t("field.remove"), on_click=State.ask_less(slot), size="sm", aria_label=t("field.remove_one", n=slot)),
        class_name="flex gap-2",
    )
    return rx.el.div(
        rx.el.h3(t("field.one", n=slot), class_name="font-semibold"),
        acts,
        class_name="flex flex-wrap items-center justify-between gap-2",
    )


def _named(slot: int, part: str, control: rx.Component, hint: Child = "", *, optional: bool = False) -> rx.Component:
    name = name_of(slot, part)
    return field(t(f"field.form.{part}"), control, name=name, error=_WRONG[name], hint=hint, optional=optional)


def _line(slot: int, part: str, room: int) -> rx.Component:
    name = name_of(slot, part)
    return text_input(name, default_value=_TYPED[name], max_length=room)


def _kind(slot: int) -> rx.Component:
    name = name_of(slot, "kind")
    kinds = [rx.el.option(field_kind(kind.value), value=kind.value) for kind in FieldKind]
    return _named(slot, "kind", select(name, *kinds, default_value=_TYPED[name]))


def _choices(slot: int) -> rx.Component:
    name, room = name_of(slot, "choices"), limits.FIELD_CHOICES[-1] * (limits.FIELD_CHOICE[-1] + 2)
    box = textarea(name, rows=4, default_value=_TYPED[name], max_length=room)
    return _named(slot, "choices", box, t("field.form.choices_hint"))


def _bounds(slot: int) -> rx.Component:
    both = [_named(slot, part, _line(slot, part, _NUMBER_ROOM)) for part in ("low", "high")]
    return rx.el.div(*both, class_name=_TWO)


def _kept(slot: int, part: str) -> rx.Component:
    """Not asked for of this kind, and not forgotten."""
    name = name_of(slot, part)
    return rx.el.input(type="hidden", name=name, value=_TYPED[name], read_only=True)


def _ticks(slot: int, kind: Any) -> rx.Component:
    required, twice = (name_of(slot, part) for part in ("required", "twice"))
    again = checkbox(twice, t("field.form.twice"), default_checked=_TYPED[twice] == "on")
    return rx.el.div(
        checkbox(required, t("field.form.required"), default_checked=_TYPED[required] == "on"),
        rx.cond(kind != FieldKind.select.value, again, _kept(slot, "twice")),
        class_name="flex flex-wrap gap-x-6",
    )
