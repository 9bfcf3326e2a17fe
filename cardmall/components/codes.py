"""A card's code, and a count of typed signs: both made in the browser, neither known to a state."""

from typing import Any

import reflex as rx

from cardmall.components.controls import button_look, server_url
from cardmall.components.text import locale, t

_LIBRARY = "$/public/codes"


class CardCode(rx.Component):
    """Asks before the first look, then fetches the code by POST and shows it, masked on request."""

    library = _LIBRARY
    tag = "CardCode"
    url: rx.Var[str]
    number: rx.Var[int]
    locale: rx.Var[str]
    shown: rx.Var[bool]
    held: rx.Var[bool]
    rule: rx.Var[str]
    look: rx.Var[str]
    keep_look: rx.Var[str]
    ask_look: rx.Var[str]
    box_look: rx.Var[str]
    dialog_look: rx.Var[str]


class AllCodes(rx.Component):
    """Asks once, then has every sealed card of the order looked at."""

    library = _LIBRARY
    tag = "AllCodes"
    url: rx.Var[str]
    count: rx.Var[int]
    locale: rx.Var[str]
    rule: rx.Var[str]
    look: rx.Var[str]
    keep_look: rx.Var[str]
    ask_look: rx.Var[str]
    dialog_look: rx.Var[str]


class TypedCount(rx.Component):
    """How many signs a field holds, of how many at most."""

    library = "$/public/cardmall"
    tag = "TypedCount"
    field: rx.Var[str]
    most: rx.Var[int]
    label: rx.Var[str]


def card_code(url: Any, *, number: Any, shown: Any, held: Any, rule: Any) -> rx.Component:
    """`url` answers {"code": …}; `number`: which of the order's cards; `shown`: looked at before, so nobody is asked
    again; `rule`: what counts as use."""
    t("code.ask_title", n=0)  # a missing text stops the build
    return CardCode.create(
        url=server_url("") + url,
        number=number,
        locale=locale(),
        shown=shown,
        held=held,
        rule=rule,
        look=rx.cond(shown, button_look("plain", "md"), button_look("ink", "md")),
        keep_look=button_look("plain", "md"),
        ask_look=button_look("seal", "md"),
        box_look="block rounded-cover bg-paper border border-line2 px-3.5 py-3 font-mono text-[15px] "
        "whitespace-pre-wrap break-all",
        dialog_look=_DIALOG,
    )


_DIALOG = "w-[min(440px,calc(100vw-32px))] rounded-card border border-line bg-card p-5 text-ink"


def all_codes(url: Any, *, count: Any, rule: Any) -> rx.Component:
    """`url` answers {"codes": {card: code}}; `count`: how many are sealed; `rule`: what counts as use."""
    for key in ("code.reveal_all", "code.ask_all_title", "code.ask_all_yes"):
        t(key, n=0)  # a missing text stops the build
    return AllCodes.create(
        url=server_url("") + url,
        count=count,
        locale=locale(),
        rule=rule,
        look=button_look("outline", "md"),
        keep_look=button_look("plain", "md"),
        ask_look=button_look("seal", "md"),
        dialog_look=_DIALOG,
    )


def typed_count(field: str, most: int) -> rx.Component:
    """Stands beside the field of this id."""
    return TypedCount.create(field=field, most=most, label=t("cancel.counter_label"), class_name="text-sm tabular-nums")
