"""Around every page in the browser: language and clock for scripts, the strip while the connection is lost."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors

from cardmall.components.format import server_now, words_said
from cardmall.components.text import locale, t

# Before the first paint: another language than the drawn one was chosen, so wait for its words (3 s at most).
WAIT_SCRIPT = (
    "if(document.documentElement.lang!=='en'&&/(^|; )(__Host-)?locale=en/.test(document.cookie))"
    "document.documentElement.dataset.wait=''"
)

# A form of the app that is sent before its page is live waits for that; one with an address of its own needs no script.
# What is typed, chosen and unfolded before then is noted, for the page to keep (assets/typed.js).
EARLY_SCRIPT = (
    "addEventListener('submit',e=>{if(window.__live||e.target.hasAttribute('action'))return;"
    "e.preventDefault();e.stopImmediatePropagation();window.__early=[e.target,e.submitter];"
    "e.submitter?.setAttribute('aria-busy','true')},true);window.__touched=new Set();"
    "for(const one of ['input','change','toggle'])addEventListener(one,e=>window.__touched?.add(e.target),true)"
)


class Shell(rx.Component):
    """Sets `<html lang>`, keeps the server's time, says what was said, closes menus on a click elsewhere."""

    library = "$/public/cardmall"
    tag = "Page"
    alias = "CardMallPage"
    lib_dependencies: list[str] = ["sonner@2.0.8"]  # noqa: RUF012 - a field of the component
    locale: rx.Var[str]
    known: rx.Var[bool]
    whose: rx.Var[str]
    now: rx.Var[Any]
    said: rx.Var[Any]
    answered: rx.Var[list[str]]
    begun: rx.Var[str]


class ZoneNote(rx.Component):
    """Says whose time the page shows, where the browser's zone is another one."""

    library = "$/public/cardmall"
    tag = "ZoneNote"
    text: rx.Var[str]


def zone_note() -> rx.Component:
    look = "text-sm text-ink2 w-full max-w-page mx-auto px-4 sm:px-7 pt-2"
    return ZoneNote.create(text=t("kit.zone"), class_name=look)


def page_effects(
    known: rx.Var[bool] | bool,
    whose: rx.Var[str] | str,
    answered: rx.Var[list[str]] | list[str],
    begun: rx.Var[str] | str,
) -> rx.Component:
    for key in ("press.away", "press.silent", "press.unknown", "press.unknown_line"):
        t(key)  # a missing text stops the build
    told = {"known": known, "whose": whose, "answered": answered, "begun": begun}
    return Shell.create(locale=locale(), now=server_now(), said=words_said(), **told)


def connection_strip(interrupted: rx.Var[bool] | bool) -> rx.Component:
    """Says that what is shown may be old; never an internal address.

    `interrupted`: the page is connected, and its server hears nothing of the others.
    """
    return rx.cond(has_too_many_connection_errors, _strip("offline"), rx.cond(interrupted, _strip("interrupted")))


def _strip(what: str) -> rx.Component:
    look = "no-print fixed inset-x-0 top-0 z-50 bg-ink text-paper px-4 py-2 text-center text-sm"
    return rx.el.div(rx.el.b(t(f"kit.{what}")), " · ", t(f"kit.{what}_line"), class_name=look, role="status")


class Here(rx.Component):
    """A place the address may name; the browser goes there when it appears."""

    library = "$/public/cardmall"
    tag = "Here"


def here(*children: rx.Component, id: str) -> rx.Component:
    """A part of the page with a name, `#id`, that is found even when it is drawn late."""
    return Here.create(*children, id=id, class_name="scroll-mt-4")


class PrintButton(rx.Component):
    """Opens the browser's print dialog."""

    library = "$/public/cardmall"
    tag = "PrintButton"
    label: rx.Var[str]


def print_button(label: rx.Var[str], class_name: str) -> rx.Component:
    return PrintButton.create(label=label, class_name=class_name)
