"""The desk of deliveries, in the browser: fields shown by a press, typed codes counted, wrong lines, the next box."""

from typing import Any

import reflex as rx
from reflex_base.event import passthrough_event_spec

from cardmall.components.controls import Child, button_look, server_url
from cardmall.components.labels import line_fault
from cardmall.components.text import locale, t
from cardmall.components.vars import length

_LIBRARY = "$/public/delivery"


class BuyerFields(rx.Component):
    """Masked until a press fetches them by POST; known to the browser only, to no state."""

    library = _LIBRARY
    tag = "BuyerFields"
    url: rx.Var[str]
    fields: rx.Var[list[Any]]
    edition: rx.Var[int]
    show: rx.Var[str]
    title: rx.Var[str]
    locale: rx.Var[str]
    look: rx.Var[str]
    copy_look: rx.Var[str]
    on_shown: rx.EventHandler[passthrough_event_spec(int)]


class TypedLines(rx.Component):
    """How many lines of a field hold a code, of how many pieces."""

    library = _LIBRARY
    tag = "TypedLines"
    field: rx.Var[str]
    of: rx.Var[int]
    locale: rx.Var[str]


class SendByKeys(rx.Component):
    """Inside a form: Ctrl+Enter presses its button, and the yes of what that asks."""

    library = _LIBRARY
    tag = "SendByKeys"
    hint: rx.Var[str]


class GoToLine(rx.Component):
    """A press that marks a line of a text field."""

    library = _LIBRARY
    tag = "GoToLine"
    field: rx.Var[str]
    line: rx.Var[int]
    label: rx.Var[str]
    look: rx.Var[str]


class OpenBox(rx.Component):
    """Unfolds the form of an order; with each new `turn` its text field has the focus."""

    library = _LIBRARY
    tag = "OpenBox"
    name: rx.Var[str]
    turn: rx.Var[int]


def shown_by_press(url: Any, fields: Any, edition: Any, on_shown: Any, *, words: Any) -> rx.Component:
    """`url` answers {"answers", "edition"}; `fields`: Var of masked FieldAnswer's; `on_shown` hears the edition;
    `words`: of the press."""
    return BuyerFields.create(
        url=server_url("") + url,
        fields=fields,
        edition=edition,
        show=words,
        title=t("field.title"),
        locale=locale(),
        look=button_look("plain", "sm"),
        copy_look="touch inline-flex items-center px-2 text-sm font-semibold underline underline-offset-2 py-0 -my-1",
        on_shown=on_shown,
    )


def typed_codes(field: Any, of: Any) -> rx.Component:
    """Stands beside the field of this id."""
    return TypedLines.create(field=field, of=of, locale=locale(), class_name="text-sm font-semibold tabular-nums")


def send_by_keys(hint: Child) -> rx.Component:
    """Says so to whoever has a keyboard."""
    return SendByKeys.create(hint=hint, class_name="text-sm text-ink2 max-md:hidden")


def open_box(name: Any, turn: Any) -> rx.Component:
    return OpenBox.create(name=name, turn=turn)


def wrong_lines(lines: Any, field: Any) -> rx.Component:
    """Each domain.terms.WrongLine of the text field of this id: its number, which leads there, and why."""
    shown = rx.el.ul(rx.foreach(lines, lambda one: _wrong_line(one, field)), class_name="grid gap-0.5 text-sm")
    return rx.cond(length(lines) > 0, shown)


def _wrong_line(one: Any, field: Any) -> rx.Component:
    look = "touch tabular-nums text-ink2 underline underline-offset-2 shrink-0"
    number = GoToLine.create(field=field, line=one.line, label=t("delivery.at_line", line=one.line), look=look)
    why = rx.cond(one.first > 0, t("stock.repeats", line=one.first), line_fault(one.fault))
    return rx.el.li(
        number,
        rx.el.span(why, class_name="text-seal font-semibold"),
        class_name="flex items-baseline gap-3",
        key=one.line.to(str),
    )
