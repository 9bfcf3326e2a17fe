"""A masked value and the press that shows it in full, for a reason: known to the browser only, to no state (R78)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button_look, server_url
from cardmall.components.forms import BOX
from cardmall.components.text import locale, t, t_enum
from cardmall.domain import limits


class Unmask(rx.Component):
    """Asks why, then fetches the value by POST and shows it until it is hidden, or its page is left."""

    library = "$/public/unmask"
    tag = "Unmask"
    url: rx.Var[str]
    kind: rx.Var[str]
    no: rx.Var[str]
    field: rx.Var[str]
    name: rx.Var[str]
    masked: rx.Var[str]
    locale: rx.Var[str]
    room: rx.Var[int]
    look: rx.Var[str]
    press_look: rx.Var[str]
    keep_look: rx.Var[str]
    yes_look: rx.Var[str]
    box_look: rx.Var[str]
    dialog_look: rx.Var[str]


def unmask_press(value: Any, *, kind: str, no: Any, name: Any) -> rx.Component:
    """`value`: Var of a views.admin.masking.MaskedValue of the order or person `no`, called `name`."""
    for key in ("show_named", "hide_named", "title"):
        t(f"unmask.{key}", name="")  # a missing text stops the build
    return Unmask.create(
        url=server_url(routes.UNMASK),
        kind=kind,
        no=no,
        field=value.field,
        name=name,
        masked=value.shown,
        locale=locale(),
        room=limits.TEXT_ROOM,
        look="inline-flex flex-wrap items-baseline gap-x-2.5",
        press_look="touch text-sm underline underline-offset-2 text-ink2 hover:text-ink py-2.5 -my-2.5",
        keep_look=button_look("plain", "lg"),
        yes_look=button_look("seal", "lg"),
        box_look=BOX + "py-2.5",
        dialog_look="w-[min(440px,calc(100vw-32px))] rounded-card border border-line bg-card p-5 text-ink",
        key=f"{kind}-" + no + "-" + value.field,
    )


def masked_fact(value: Any, *, kind: str, no: Any, name: Any) -> rx.Component:
    """The value with its press; words where there is nothing to show."""
    address = (value.field == "email") | (value.field == "phone")
    unproven = rx.cond(address & ~value.proven, t("unmask.unproven"), "")
    told = rx.el.span(unproven, class_name="text-sm text-ink2 empty:hidden")
    nothing = rx.el.span(rx.cond(value.erased, t("field.erased"), t("field.none")), class_name="text-ink2")
    return rx.cond(value.shown != "", rx.el.span(unmask_press(value, kind=kind, no=no, name=name), " ", told), nothing)


def field_name(value: Any) -> rx.Var[str]:
    """What a person's masked value is."""
    return t_enum("unmask.field", value.field)
