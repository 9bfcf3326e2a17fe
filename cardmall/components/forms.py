"""Fields. `field` ties label, hint and error to its control; the error stands beside it and is read aloud."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.labels import field_error
from cardmall.components.text import t
from cardmall.domain import limits

BOX = (
    "w-full rounded-control border border-line bg-card px-3 text-ink transition-colors duration-150 "
    "hover:border-ink3 focus:border-ink aria-invalid:border-seal disabled:opacity-55 "
)


def app_form(*children: Child, on_submit: Any, **props: Any) -> rx.Component:
    """A form the server judges: it says what is wrong in its own words, the browser never does."""
    return rx.el.form(*children, on_submit=on_submit, no_validate=True, **props)


def mark_of(key: Any) -> rx.Component:
    """What a form is about, where one place of a page has several: what was typed for one is filled into no other."""
    return rx.el.input(type="hidden", name="no", value=key, read_only=True)


def text_input(name: str, **props: Any) -> rx.Component:
    """One line of text, `limits.LINE_ROOM` characters of room. Put it into `field`."""
    props.setdefault("max_length", limits.LINE_ROOM)
    return rx.el.input(**_named(name, props), class_name=BOX + "h-10")


def search_input(label: Any, *, hint: Any = None, class_name: str = BOX + "h-10", **props: Any) -> rx.Component:
    """Words to look for, `limits.SEARCH_LENGTH` characters of them; the form around it searches."""
    props.setdefault("max_length", limits.SEARCH_LENGTH)
    glass = "absolute left-3 inset-y-0 my-auto text-ink3 pointer-events-none"
    box = rx.el.input(
        type="search",
        name="q",
        aria_label=label,
        placeholder=label if hint is None else hint,
        class_name=f"{class_name} w-full pl-9",
        **props,
    )
    return rx.el.div(rx.icon("search", size=16, aria_hidden="true", class_name=glass), box, class_name="relative")


def textarea(name: str, *, rows: int | rx.Var = 4, **props: Any) -> rx.Component:
    """Several lines of text; room for `limits.TEXT_ROOM` characters, so that any text fits one frame of the socket."""
    props.setdefault("max_length", limits.TEXT_ROOM)
    return rx.el.textarea(**_named(name, props), rows=rows, class_name=BOX + "py-2.5")


def select(name: str, *options: rx.Component, compact: bool = False, **props: Any) -> rx.Component:
    """A choice from rx.el.option's. Compact: a filter above a list."""
    size = "touch h-8 text-sm text-ink2 w-auto! pr-2" if compact else "h-10"
    return rx.el.select(*options, **_named(name, props), class_name=f"{BOX} {size}")


def consent(name: str, label: Child, error: Any, **props: Any) -> rx.Component:
    """A yes the form cannot do without; not ticked, it says so in words of its own."""
    custom = {"aria-describedby": f"{name}-error", "aria-invalid": error != ""}
    missing = rx.el.p(
        rx.cond(error != "", t("kit.consent"), ""), id=f"{name}-error", class_name="text-sm text-seal empty:hidden"
    )
    return rx.el.div(checkbox(name, label, custom_attrs=custom, **props), missing)


def checkbox(name: str, label: Child, **props: Any) -> rx.Component:
    """A yes in the reader's own words."""
    box = rx.el.input(type="checkbox", **_named(name, props), class_name="mt-[3px] size-4 accent-[var(--ink)] shrink-0")
    return rx.el.label(box, rx.el.span(label), class_name="touch flex items-start gap-2 py-1 cursor-pointer")


def chip(name: str, value: str | rx.Var, label: Child, **props: Any) -> rx.Component:
    """One of few answers, all visible; several chips make a radio group."""
    hidden = rx.el.input(type="radio", name=name, value=value, class_name="sr-only peer", **props)
    look = (
        "touch inline-flex items-center justify-center rounded-full border border-line bg-card px-3 py-1.5 "
        "cursor-pointer "
        "transition-colors duration-150 hover:border-ink3 peer-checked:border-ink peer-checked:font-semibold "
        "peer-checked:shadow-[inset_0_0_0_1px_var(--ink)] peer-focus-visible:outline-2 "
        "peer-focus-visible:outline-offset-2 "
    )
    return rx.el.label(hidden, rx.el.span(label, class_name=look), class_name="inline-block")


def chips(
    name: str, legend: Child, *options: rx.Component, error: rx.Var | str = "", missing: Child | None = None
) -> rx.Component:
    """A group of chips under one question; `missing` is said when none was chosen."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="text-h2 font-semibold mb-2.5"),
        rx.el.div(*options, class_name="flex flex-wrap gap-x-1.5 gap-y-2"),
        choice_error(name, error, missing),
        aria_describedby=f"{name}-error",
    )


def choice_error(name: str, code: rx.Var | str, missing: Child | None = None) -> rx.Component:
    """What is wrong with a group of choices: nothing is filled in there, so `required` asks to choose."""
    if not isinstance(code, rx.Var):
        return error_line(name, code)
    asked = missing if missing is not None else t("kit.choose")
    none = rx.el.p(asked, id=f"{name}-error", class_name="text-sm text-seal")
    return rx.cond(code == "required", none, error_line(name, code))


def field(
    label: Child,
    control: rx.Component,
    *,
    name: rx.Var | str,
    error: rx.Var | str = "",
    hint: Child = "",
    optional: bool = False,
) -> rx.Component:
    """A control whose id is `name`. `error` is a FieldError code, "" when all is well."""
    extra = rx.el.span(t("kit.optional"), class_name="ml-1.5 text-sm font-normal text-ink2") if optional else None
    control.custom_attrs |= {"aria-describedby": f"{name}-hint {name}-error"}
    if isinstance(error, rx.Var):
        control.custom_attrs |= {"aria-invalid": error != ""}
    return rx.el.div(
        rx.el.label(label, *([extra] if extra else []), html_for=name, class_name="font-semibold"),
        control,
        rx.el.p(hint, id=f"{name}-hint", class_name="text-sm text-ink2 empty:hidden"),
        error_line(name, error),
        class_name="flex flex-col gap-1.5",
    )


def _named(name: str, props: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "id": name, **props}


def error_line(name: rx.Var | str, code: rx.Var | str) -> rx.Component:
    """What is wrong with the control `name`; nothing while all is well. Read aloud with it, and above the button."""
    text = field_error(code) if isinstance(code, rx.Var) else ""
    shown = rx.cond(code != "", text, "") if isinstance(code, rx.Var) else ""
    return rx.el.p(shown, id=f"{name}-error", class_name="text-sm text-seal empty:hidden")
