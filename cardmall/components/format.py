"""Money, times and countdowns, written in the browser from integer fen and aware UTC times. Asia/Shanghai."""

from datetime import datetime
from typing import Any

import reflex as rx
from reflex_base.event import no_args_event_spec
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from cardmall.components.text import locale, t

_LIBRARY = "$/public/cardmall"
_RUNNING = "$/public/countdown"
Time = rx.Var[Any] | datetime | str | None  # the moment of a state may be None: nothing is shown
_now: rx.Var | None = None


def use_now(var: Any) -> None:
    """Bind countdowns to the server time of the session state."""
    global _now
    _now = var


_said: rx.Var | None = None


def use_said(var: Any) -> None:
    """Bind the page's toasts to what the session state says."""
    global _said
    _said = var


def words_said() -> rx.Var:
    """The var of what is said. RuntimeError: cardmall.states.session was not imported yet."""
    if _said is None:
        raise RuntimeError("nothing is said: import cardmall.states.session before building components")
    return _said


def server_now() -> rx.Var:
    """The server-time var. RuntimeError: cardmall.states.session was not imported yet."""
    if _now is None:
        raise RuntimeError("no server time: import cardmall.states.session before building components")
    return _now


def money(fen: rx.Var | int) -> rx.Var[str]:
    """¥1,699.00"""
    return call("money", fen)


def percent(permille: rx.Var | int) -> rx.Var[str]:
    """3%"""
    return call("percent", permille)


def deadline(when: Time) -> rx.Var[str]:
    """11-24 周二 24:00; midnight belongs to the day that ends."""
    return call("deadline", locale(), when)


def ends(when: Time) -> rx.Var[str]:
    """11-24 24:00: a deadline without the day of the week."""
    return call("ends", when)


def instant(when: Time) -> rx.Var[str]:
    """11-24 14:03"""
    return call("moment", when)


def day(when: Time) -> rx.Var[str]:
    """11-24"""
    return call("moment", when, "day")


def full(when: Time) -> rx.Var[str]:
    """2026-11-24 14:03, for lists."""
    return call("moment", when, "full")


def exact(when: Time) -> rx.Var[str]:
    """2026-11-24 14:03:08, where the second matters."""
    return call("moment", when, "exact")


def duration(minutes: rx.Var | int) -> rx.Var[str]:
    """2 小时 6 分"""
    return call("duration", locale(), minutes, library=_RUNNING)


def span(start: Time, end: Time) -> rx.Var[int]:
    """Seconds from one moment to the other: the `total` of a countdown."""
    return call("span", start, end, library=_RUNNING).to(int)


def clock(class_name: str = "") -> rx.Component:
    """The server's time, running: 2026-11-24 14:03:08."""
    return Clock.create(now=server_now(), class_name=class_name)


def call(function: str, *args: Any, library: str = _LIBRARY) -> rx.Var[str]:
    """A text made by one of our browser functions."""
    values = [rx.Var.create(arg) for arg in args]
    data = VarData(imports={library: [ImportVar(tag=function)]})
    every = VarData.merge(data, *(value._get_all_var_data() for value in values))
    return rx.Var(f"{function}({', '.join(map(str, values))})", _var_type=str, _var_data=every).to(str)


class Countdown(rx.Component):
    """`<time>` that counts down from server time and calls on_end once at zero."""

    library = _RUNNING
    tag = "Countdown"
    until: rx.Var[Any]
    now: rx.Var[Any]
    total: rx.Var[int]
    kind: rx.Var[str]
    locale: rx.Var[str]
    on_end: rx.EventHandler[no_args_event_spec]


class Clock(rx.Component):
    """`<time>` that runs with the server's time."""

    library = _RUNNING
    tag = "Clock"
    now: rx.Var[Any]


class TimeBar(rx.Component):
    """Bar of the time used up; decoration beside a countdown."""

    library = _RUNNING
    tag = "TimeBar"
    until: rx.Var[Any]
    now: rx.Var[Any]
    total: rx.Var[int]
    kind: rx.Var[str]


class CopyButton(rx.Component):
    """Copies its value and says so."""

    library = _LIBRARY
    tag = "CopyButton"
    value: rx.Var[str]
    label: rx.Var[str]
    done: rx.Var[str]
    failed: rx.Var[str]


def countdown(
    until: Time, kind: str, *, total: rx.Var | int = 0, on_end: Any = None, class_name: str = ""
) -> rx.Component:
    """Text `countdown.<kind>`; `total` seconds colour it: amber under 25 %, seal under 10 %, `deliver` stays blue."""
    t(f"countdown.{kind}", left="")  # a wrong kind stops the build
    handlers = {"on_end": on_end} if on_end is not None else {}
    props = {"until": until, "now": server_now(), "total": total, "kind": kind, "locale": locale()}
    return Countdown.create(class_name=class_name, **props, **handlers)


def time_bar(until: Time, *, total: rx.Var | int, kind: str = "reply") -> rx.Component:
    """How much of `total` seconds is used up."""
    return TimeBar.create(until=until, now=server_now(), total=total, kind=kind)


def copy_button(value: rx.Var | str, *, class_name: str = "") -> rx.Component:
    """Puts a code or number into the clipboard."""
    look = (
        f"touch inline-flex items-center justify-center px-2 text-sm font-semibold underline underline-offset-2 "
        f"{class_name}"
    )
    words = {"label": t("kit.copy"), "done": t("kit.copied"), "failed": t("kit.copy_failed")}
    return CopyButton.create(value=value, class_name=look, **words)
