"""A talk with support: what was said, the box to write in, and what goes with it (R62). Shows views.shopper.support."""

from typing import Any

import reflex as rx

from cardmall.components import labels
from cardmall.components.codes import typed_count
from cardmall.components.controls import button, link
from cardmall.components.feedback import empty
from cardmall.components.format import deadline, ends, instant
from cardmall.components.forms import app_form, field, textarea
from cardmall.components.surface import fact, facts, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain import limits

_BUBBLE = "rounded-cover px-3.5 py-2.5 whitespace-pre-wrap [overflow-wrap:anywhere] border "
_HEAD = "text-sm font-semibold mt-4 mb-1.5"


def support_messages(view: Any, by_admin: Any, *, tall: bool = False) -> rx.Component:
    """What both sides wrote, the newest in sight. `by_admin`: an admin looks."""
    line = rx.cond(by_admin, t("support.empty_admin"), t("support.empty_line"))
    none = empty("messages-square", t("support.empty"), line)
    rows = rx.el.ol(rx.foreach(view.messages, lambda one, n: _message(one, n, by_admin)), class_name="grid gap-3")
    height = "max-h-[48dvh]" if tall else "max-h-[60dvh]"
    latest = rx.el.p(t("talk.latest", n=limits.MESSAGES), class_name="text-sm text-ink2 text-center mb-3")
    box = rx.el.div(
        rx.el.div(rx.cond(length(view.messages) >= limits.MESSAGES, latest), rows),
        # Reversed, so that a scrolled box begins and stays at its end.
        class_name=f"flex flex-col-reverse overflow-y-auto {height} -mx-1 px-1 py-1",
        role="log",
        aria_label=t("support.log"),
        tab_index=0,
    )
    return rx.cond(length(view.messages) > 0, box, none)


def _message(one: Any, n: Any, by_admin: Any) -> rx.Component:
    """One's own words stand on the right."""
    own = one.by_admin == by_admin
    who = rx.cond(own, t("support.you"), rx.cond(one.by_admin, labels.role("admin"), labels.role("shopper")))
    head = rx.el.div(who, " · ", rx.el.time(instant(one.at)), class_name="text-sm text-ink2")
    look = rx.cond(own, _BUBBLE + "bg-grey-bg border-grey-line", _BUBBLE + "bg-blue-bg border-blue-line")
    side = "grid gap-1 max-w-[85%] w-fit "
    words = rx.el.div(one.text, class_name=look)
    return rx.el.li(head, words, class_name=rx.cond(own, side + "ml-auto justify-items-end", side), key=n)


def support_form(no: Any, by_admin: Any, *, on_send: Any, sent: Any, error: Any) -> rx.Component:
    """The box to write in about the order `no`; `sent` empties it."""
    box = textarea("text", rows=3)
    words = rx.cond(by_admin, t("support.send_admin"), t("support.send"))
    act = button(words, type="submit", kind="seal", size="lg")
    return app_form(
        field(t("support.text"), box, name="text", error=error, hint=t("support.text_hint")),
        rx.el.div(act, typed_count("text", limits.TEXT_LENGTH), class_name="flex items-center justify-between gap-3"),
        on_submit=on_send,
        key=f"{no}-{sent}",
        class_name="grid gap-3 mt-5 pt-4 border-t border-line2",
    )


def diagnosis_panel(seen: Any) -> rx.Component:
    """How the order stood when the shopper wrote: for admins, frozen with the words."""
    none = rx.el.p(t("support.seen.none"), class_name="text-sm text-ink2")
    some = rx.fragment(
        rx.el.p(t("support.seen.at", at=instant(seen.at)), class_name="text-sm text-ink2 mb-3"),
        _state(seen),
        _part("ways", seen.ways, _way),
        _part("jobs", seen.jobs, _job),
        _part("refunds", seen.refunds, _refund),
        _part("events", seen.events, _event),
    )
    return rx.cond(seen.at, some, none)


def _state(seen: Any) -> rx.Component:
    until = rx.cond(seen.held_until, t("support.seen.held_until", at=ends(seen.held_until)), t("support.seen.held"))
    case = rx.el.div(
        rx.el.div(seen.case_no),
        rx.el.div(
            labels.case_status(seen.case_status),
            " · ",
            t("support.seen.due", at=deadline(seen.case_deadline)),
            class_name="text-sm text-ink2",
        ),
    )
    return facts(
        fact(t("support.status"), rx.el.span(labels.order_status(seen.status), " · ", labels.stage(seen.stage))),
        rx.cond(
            seen.abnormal != "", fact(t("support.seen.abnormal"), pill(t_enum("admin.why", seen.abnormal), "seal"))
        ),
        rx.cond(seen.held, fact(t("support.seen.hold"), until)),
        rx.cond(seen.case_no != "", fact(t("support.seen.case"), case)),
    )


def _part(name: str, rows: Any, line: Any) -> rx.Component:
    found = rx.el.ul(rx.foreach(rows, line), class_name="grid gap-1.5 text-sm")
    return rx.cond(
        length(rows) > 0, rx.el.div(rx.el.h3(t(f"support.seen.{name}"), class_name=_HEAD), found), rx.fragment()
    )


def _way(way: Any) -> rx.Component:
    why = rx.cond(way.is_open, labels.open_reason(way.reason), labels.refused(way.reason))
    return seen_way(way, why)


def seen_way(way: Any, why: Any, href: Any = None) -> rx.Component:
    """One of the four ways, open or not, and why; an open one leads to `href`, if there is one."""
    mark = rx.cond(way.is_open, "text-jade", "text-ink2")
    words = t_enum("way.name", way.way)
    name: Any = rx.el.span(words, class_name="font-semibold")
    if href is not None:
        look = "touch inline-flex items-center font-semibold underline underline-offset-2 py-1 -my-1"
        name = rx.cond(way.is_open, link(words, href=href, class_name=look), name)
    return rx.el.li(
        name,
        rx.el.span(rx.cond(way.is_open, labels.outcome_word("open"), labels.outcome_word("refused")), class_name=mark),
        rx.el.div(why, class_name="text-ink2 w-full"),
        class_name="flex flex-wrap gap-x-2 text-sm",
        key=way.way,
    )


def _job(job: Any, n: Any) -> rx.Component:
    dead = pill(t("support.seen.dead"), "seal")
    tries = rx.cond(job.failures > 0, rx.el.span(t("support.seen.tries", n=job.failures), class_name="text-amber"))
    when = rx.el.time(instant(job.due), class_name="text-ink2 whitespace-nowrap")
    return _line(t_enum("support.job", job.kind), rx.cond(job.dead, dead, tries), when, key=n)


def _refund(one: Any) -> rx.Component:
    tries = rx.cond(one.failures > 0, rx.el.span(t("support.seen.tries", n=one.failures), class_name="text-amber"))
    return _line(one.no, tries, rx.el.span(labels.refund_status(one.status), class_name="text-ink2"), key=one.no)


def _event(one: Any, n: Any) -> rx.Component:
    who = rx.el.span(labels.role(one.role), class_name="text-ink2")
    return _line(
        labels.verb(one.verb), who, rx.el.time(instant(one.at), class_name="text-ink2 whitespace-nowrap"), key=n
    )


def _line(name: Any, middle: Any, end: Any, **props: Any) -> rx.Component:
    words = rx.el.span(name, class_name="min-w-0 [overflow-wrap:anywhere]")
    tail = rx.el.span(middle, end, class_name="ml-auto flex items-center gap-2 shrink-0")
    return rx.el.li(words, tail, class_name="flex items-baseline gap-3", **props)
