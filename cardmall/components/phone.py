"""What is only so on a phone: cards folded into rows of one sheet, the page's first act at the foot."""

from typing import Any

import reflex as rx
from reflex_base.event import no_args_event_spec

from cardmall.components.controls import Child

_LIBRARY = "$/public/phone"


class PhoneFold(rx.Component):
    """Its one card as it is; on a phone a row that opens."""

    library = _LIBRARY
    tag = "PhoneFold"
    title: rx.Var[str]
    short: rx.Var[str]
    on_open: rx.EventHandler[no_args_event_spec]


class PhoneBar(rx.Component):
    """At the foot of a phone while no element that `twin` selects is in sight; on a wide screen nothing."""

    library = _LIBRARY
    tag = "PhoneBar"
    twin: rx.Var[str]


class Sum(rx.Component):
    """`price` fen times the number in this field of the form around it; `first`: before anything is chosen."""

    library = "$/public/sum"
    tag = "Sum"
    field: rx.Var[str]
    price: rx.Var[int]
    first: rx.Var[str]


def phone_fold(sheet: rx.Component, title: rx.Var, short: Any = "", on_open: Any = None) -> rx.Component:
    """`sheet`: a card with this title; `short`: what its row says at the far end."""
    told = {"on_open": on_open} if on_open is not None else {}
    return PhoneFold.create(sheet, title=title, short=short, **told)


def phone_folds(*folds: Child, class_name: str = "") -> rx.Component:
    """Cards below each other; on a phone the rows of one sheet."""
    look = (
        "grid gap-4 max-md:gap-0 max-md:rounded-card max-md:border max-md:border-line max-md:bg-card max-md:px-4 "
        "max-md:[&>*+*]:border-t max-md:[&>*]:border-line2 empty:hidden"
    )
    return rx.el.div(*folds, class_name=f"{look} {class_name}")


def phone_bar(*acts: Child, twin: rx.Var | str) -> rx.Component:
    """The last of `acts` is the first act of the page and takes the room."""
    look = (
        "no-print fixed inset-x-0 bottom-0 z-20 flex items-center gap-2.5 border-t border-line bg-card px-4 pt-2.5 "
        "pb-[max(10px,env(safe-area-inset-bottom))] [&>*:last-child]:grow"
    )
    return PhoneBar.create(*acts, twin=twin, class_name=look)


def total(field: str, price: Any, first: Any, class_name: str = "") -> rx.Component:
    """What is to be paid for as many as the form's `field` says."""
    return Sum.create(field=field, price=price, first=first, class_name=class_name)
