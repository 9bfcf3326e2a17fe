"""Questions the browser asks itself before an act that cannot be taken back: texts `<key>.title`, `.line`, `.yes`."""

from typing import Any

import reflex as rx
from reflex_base.event import no_args_event_spec

from cardmall.components.controls import Child, Kind, button_look
from cardmall.components.text import t

_LIBRARY = "$/public/ask"
_DIALOG = "w-[min(440px,calc(100vw-32px))] rounded-card border border-line bg-card p-5 text-ink"


class AskButton(rx.Component):
    """A button that opens its question; the yes acts."""

    library = _LIBRARY
    tag = "AskButton"
    label: rx.Var[str]
    spoken: rx.Var[str]
    button_look: rx.Var[str]
    title: rx.Var[str]
    line: rx.Var[str]
    keep: rx.Var[str]
    yes: rx.Var[str]
    look: rx.Var[str]
    yes_look: rx.Var[str]
    dialog_look: rx.Var[str]
    on_yes: rx.EventHandler[no_args_event_spec]


class AskFirst(rx.Component):
    """Inside a form: asks before it is sent, unless the field `needs` is empty."""

    library = _LIBRARY
    tag = "AskFirst"
    needs: rx.Var[str]
    title: rx.Var[str]
    line: rx.Var[str]
    keep: rx.Var[str]
    yes: rx.Var[str]
    look: rx.Var[str]
    yes_look: rx.Var[str]
    dialog_look: rx.Var[str]


def ask_button(
    key: str, label: Child, *, on_yes: Any, spoken: Any = "", kind: Kind = "plain", class_name: str = "", **named: Any
) -> rx.Component:
    """`spoken`: its name for screen readers, where the words alone do not say which of many; `named`: what the title
    of the question names, of which row it is."""
    return AskButton.create(
        label=label,
        spoken=spoken,
        button_look=button_look(kind, "md", class_name),
        on_yes=on_yes,
        **_words(key, named),
    )


def ask_first(key: str, needs: Any, **named: Any) -> rx.Component:
    """`needs`: the name of the field that must not be empty; `named`: what the title of the question names."""
    return AskFirst.create(needs=needs, **_words(key, named))


def _words(key: str, named: dict[str, Any]) -> dict[str, Any]:
    looks = {"look": button_look("plain", "lg"), "yes_look": button_look("seal", "lg"), "dialog_look": _DIALOG}
    plain = {"line": t(f"{key}.line"), "yes": t(f"{key}.yes"), "keep": t("kit.keep")}
    return {"title": t(f"{key}.title", **named)} | plain | looks
