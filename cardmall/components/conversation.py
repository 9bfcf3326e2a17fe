"""A conversation about an order: what was said, and the box to answer in (R55, R56). Views of views.talk."""

from typing import Any

import reflex as rx

from cardmall.components import labels
from cardmall.components.codes import typed_count
from cardmall.components.controls import button
from cardmall.components.feedback import empty, info_box
from cardmall.components.format import instant
from cardmall.components.forms import app_form, field, textarea
from cardmall.components.pictures import picture_error, pictures, small_picture_box
from cardmall.components.surface import pill
from cardmall.components.text import t
from cardmall.components.vars import choose, length
from cardmall.domain import limits

TALK_TEXT = "talk-text"  # other forms of the page have a field named text
_BUBBLE = "rounded-cover px-3.5 py-2.5 whitespace-pre-wrap [overflow-wrap:anywhere] border "


def thread(view: Any, nothing: Any, *, tall: bool = False) -> rx.Component:
    """What both sides wrote, the newest in sight. `nothing`: said while nobody has written."""
    none = empty("messages-square", t("talk.empty"), nothing)
    rows = rx.el.ol(rx.foreach(view.messages, lambda one: _message(view, one)), class_name="grid gap-4")
    height = "max-h-[56dvh]" if tall else "max-h-[440px]"
    box = rx.el.div(
        rx.el.div(rx.cond(length(view.messages) >= limits.MESSAGES, _latest()), rows),
        # Reversed, so that a scrolled box begins and stays at its end.
        class_name=f"flex flex-col-reverse overflow-y-auto {height} -mx-1 px-1 py-1",
        role="log",
        aria_label=t("talk.log"),
        tab_index=0,
    )
    return rx.cond(length(view.messages) > 0, box, none)


def _latest() -> rx.Component:
    return rx.el.p(t("talk.latest", n=limits.MESSAGES), class_name="text-sm text-ink2 text-center mb-3")


def _message(view: Any, one: Any) -> rx.Component:
    """One's own words stand on the right."""
    side = "grid gap-1 max-w-[85%] w-fit "
    return rx.el.li(
        _head(view, one),
        rx.cond(one.text != "", _words(one)),
        rx.cond(length(one.pictures) > 0, pictures(one.pictures)),
        rx.cond((length(one.contacts) > 0) & ~one.mine, _flagged()),
        rx.cond(one.mine, _read(one)),
        class_name=rx.cond(one.mine, side + "ml-auto justify-items-end", side),
        key=one.id,
        data_message=one.id,
    )


def _head(view: Any, one: Any) -> rx.Component:
    name = choose(one.role, ("shopper", t("talk.shopper", name=view.shopper)), otherwise=view.shop)
    who = rx.cond(one.mine, t("talk.you"), name)
    return rx.el.div(who, " · ", rx.el.time(instant(one.at)), class_name="text-sm text-ink2")


def _words(one: Any) -> rx.Component:
    look = rx.cond(one.mine, _BUBBLE + "bg-grey-bg border-grey-line", _BUBBLE + "bg-blue-bg border-blue-line")
    return rx.el.div(one.text, class_name=look)


def _flagged() -> rx.Component:
    icon = rx.icon("shield-alert", size=15, class_name="shrink-0 mt-[3px]", aria_hidden="true")
    return rx.el.p(icon, t("talk.flagged"), class_name="flex gap-1.5 text-sm text-seal", role="note")


def _read(one: Any) -> rx.Component:
    return rx.el.span(rx.cond(one.read, t("talk.read"), t("talk.unread")), class_name="text-[12px] text-ink2")


def composer(
    no: Any,
    url: Any,
    *,
    on_send: Any,
    sent: Any,
    warned: Any,
    text_error: Any,
    pictures_error: Any,
    beside: rx.Component | None = None,
    restore: bool = True,
) -> rx.Component:
    """The box to write in about the order `no`. `url` takes pictures; `warned`: contacts found before sending.

    `sent` empties the box; `beside` the button; `restore`: of several picture boxes on one page only one may.
    """
    box = textarea("text", id=TALK_TEXT, rows=2, auto_focus=sent > 0)
    told = rx.el.input(type="hidden", name="sure", value=warned.join(","), read_only=True)
    words = rx.cond(length(warned) > 0, t("talk.send_anyway"), t("talk.send"))
    act = button(words, type="submit", kind="ink", size="lg")
    shots = small_picture_box(url, restore=restore)
    count = typed_count(TALK_TEXT, limits.TEXT_LENGTH)
    extras = rx.el.div(rx.el.div(shots, class_name="min-w-0 grow"), count, class_name="flex items-end gap-3")
    foot = rx.el.div(act, *([beside] if beside else []), class_name="flex flex-wrap items-center gap-3")
    return app_form(
        field(t("talk.text"), box, name=TALK_TEXT, error=text_error, hint=t("talk.hint")),
        extras,
        picture_error(pictures_error),
        rx.cond(length(warned) > 0, _warning(warned)),
        told,
        foot,
        on_submit=on_send,
        key=f"{no}-{sent}",
        class_name="grid gap-3 mt-4 pt-4 border-t border-line2",
    )


def _warning(warned: Any) -> rx.Component:
    """Before it is sent: what was found, and that the words are still here."""
    found = rx.foreach(warned, lambda code: pill(labels.contact(code), "seal"))
    lines = [
        rx.el.b(t("talk.warn")),
        rx.el.div(found, class_name="flex flex-wrap gap-1.5 my-1.5"),
        rx.el.p(t("talk.warn_line"), class_name="text-sm text-ink"),
    ]
    return rx.el.div(info_box(*lines, tone="seal", icon="shield-alert", top=True), role="alert")
