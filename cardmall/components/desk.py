"""What merchants and admins see on their desks: figures, time left, a person behind a request."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link
from cardmall.components.feedback import bone, rows_skeleton, skeleton, title_skeleton
from cardmall.components.format import countdown, deadline, duration, instant, money, span, time_bar
from cardmall.components.labels import case_reason, role, verb
from cardmall.components.progress import timeline_list, timeline_moment
from cardmall.components.surface import cover, pill, product_line
from cardmall.components.text import t, t_enum


def figures(*items: rx.Component) -> rx.Component:
    """A row of `figure`s; two by two on a phone, where a fifth takes the whole width."""
    five = "xl:grid-cols-5 max-xl:[&>:last-child:nth-child(odd)]:col-span-2" if len(items) > 4 else "xl:grid-cols-4"
    return rx.el.dl(*items, class_name=f"grid grid-cols-2 {five} gap-3 sm:gap-3.5 mb-[18px]")


def desk_figure(name: Child, value: Child, line: Child = "", *, small: bool = False) -> rx.Component:
    """One number with what it means; `small`: a few lines instead of a number."""
    size = (
        "mt-1 grid gap-0.5 empty:hidden"
        if small
        else "text-[22px] sm:text-[24px] font-bold leading-tight tabular-nums break-words"
    )
    return rx.el.div(
        rx.el.dt(name, class_name="text-sm text-ink2"),
        rx.el.dd(value, class_name=size),
        rx.el.dd(line, class_name="text-sm text-ink2 empty:hidden"),
        class_name="rounded-card border border-line bg-card px-4 py-3.5 min-w-0",
    )


def share(name: Any, percent: Any) -> rx.Component:
    """One part of a whole: a bar and its words."""
    bar = rx.el.span(class_name="block h-full rounded-full bg-stamp min-w-[3px]", style={"width": f"{percent}%"})
    whole = "h-2 w-24 xl:h-1 xl:w-full xl:order-last shrink-0 rounded-full bg-line2"
    return rx.el.div(
        rx.el.span(bar, class_name=whole, aria_hidden="true"),
        rx.el.span(name, title=name, class_name="text-[12px]/[18px] text-ink2 truncate min-w-0 xl:flex-1"),
        rx.el.span(percent, "%", class_name="text-[12px]/[18px] text-ink2 shrink-0"),
        class_name="flex items-center gap-x-1.5 min-w-0 xl:flex-wrap",
    )


def product_link(name: Any, href: Any) -> rx.Component:
    """The product of a row, two lines of it, as the way to what the row is about."""
    return link(name, href=href, title=name, class_name="font-semibold hover:underline line-clamp-2")


def time_left(start: Any, end: Any, *, over: rx.Var[bool], over_word: Child, on_end: Any = None) -> rx.Component:
    """How long there is to answer, as text and bar, and until when; `over_word` once it is over."""
    whole = span(start, end)
    running = rx.fragment(
        countdown(end, "reply", total=whole, on_end=on_end, class_name="font-semibold whitespace-nowrap"),
        time_bar(end, total=whole),
    )
    words = rx.cond(over, t("merchant.then", at=deadline(end)), t("merchant.until", at=deadline(end)))
    until = rx.el.div(words, class_name="text-sm text-ink2 mt-0.5 md:max-w-[140px]")
    return rx.el.div(rx.cond(over, pill(over_word, "seal"), running), until)


def history(entries: Any, *, numbered: bool = False) -> rx.Component:
    """What happened to an order, newest first: who, when, and their words; `numbered` as facts name them."""
    return timeline_list(rx.foreach(entries, lambda entry, index: _entry(entry, index, numbered)))


def _entry(entry: Any, index: Any, numbered: bool) -> rx.Component:
    place = rx.cond(entry.id > 0, "event-" + entry.id.to(str), "")
    note = rx.cond(entry.note != "", rx.el.p(entry.note, class_name="text-ink2 [overflow-wrap:anywhere]"))
    number = [" · #", entry.id] if numbered else []
    line = rx.fragment(instant(entry.at), " · ", role(entry.role), *number)
    why = rx.cond(entry.verb == "gifted", rx.fragment(" · ", case_reason(entry.word), " ", money(entry.amount)))
    return timeline_moment(rx.fragment(verb(entry.verb), why), line, note, newest=index == 0, id=place)


def handed_in(row: Any) -> rx.Component:
    """What came with a request: pictures, the conversation, and what the platform's own times prove (R41)."""
    count = rx.el.span(t("merchant.pictures", n=row.pictures), class_name="text-sm text-ink2")
    shown = rx.el.span(rx.foreach(row.thumbs, _thumb), class_name="flex -space-x-1.5", aria_hidden="true")
    pictures = rx.cond(row.pictures > 0, rx.el.span(shown, count, class_name="flex items-center gap-1.5"))
    talk = rx.cond(row.conversation, pill(t("merchant.talk_attached"), "blue"))
    proven = rx.cond(row.waited > 0, pill(t("merchant.proven"), "jade"))
    nothing = (row.pictures == 0) & ~row.conversation & (row.waited == 0)
    dash = rx.el.span("—", class_name="text-ink2", aria_label=t("merchant.no_evidence"), role="img")
    return rx.cond(
        nothing,
        dash,
        rx.el.div(pictures, talk, proven, class_name="flex flex-wrap items-center gap-1 md:max-w-[150px]"),
    )


def _thumb(picture: Any) -> rx.Component:
    url = routes.picture_url(picture) + "?size=thumb"
    return rx.el.img(
        src=url,
        alt="",
        loading="lazy",
        class_name="size-[26px] rounded-[6px] object-cover border-2 border-card bg-line",
    )


def proven_late(row: Any) -> rx.Component:
    """承诺 10 分钟，实际已 26 小时, where the promise was broken."""
    line = t("merchant.late", promised=duration(row.promised), waited=duration(row.waited))
    return rx.cond(row.waited > 0, rx.el.div(line, class_name="text-sm text-ink2"))


def asked_for(reason: Child, text: Any) -> rx.Component:
    """The shopper's reason and their own words."""
    quoted = t("kit.quoted", text=text)
    words = rx.el.div(quoted, title=text, class_name="text-sm text-ink2 line-clamp-2 max-w-[36ch]")
    return rx.el.div(rx.el.div(reason), rx.cond(text != "", words))


def desk_skeleton() -> rx.Component:
    boxes = [bone("h-[88px]") for _ in range(4)]
    shapes = rx.el.div(*boxes, class_name="grid grid-cols-2 xl:grid-cols-4 gap-3.5 mb-[18px]")
    return skeleton(title_skeleton(), shapes, rows_skeleton(4))


def effect(kind: Any) -> rx.Var[str]:
    """What an approval does to the order and its cards."""
    return t_enum("merchant.effect", kind)


def two_panes(listed: rx.Component, opened: rx.Component, *, chosen: rx.Var[bool]) -> rx.Component:
    """A list and the one that stands open beside it; one at a time on a phone."""
    return rx.el.div(
        rx.el.div(listed, class_name=rx.cond(chosen, "max-lg:hidden min-w-0", "min-w-0")),
        rx.el.div(opened, class_name=rx.cond(chosen, "min-w-0", "max-lg:hidden min-w-0")),
        class_name="grid gap-4 lg:grid-cols-[minmax(0,320px)_minmax(0,1fr)] items-start",
    )


def talk_entry(row: Any, words: Child, state: Child, *, href: Any, here: rx.Var[bool], **props: Any) -> rx.Component:
    """One line of a list of talks: a views.talk.TalkRow, its last words, how it stands."""
    head = rx.el.div(
        rx.el.span(row.shopper, class_name="font-semibold"),
        rx.el.time(instant(row.last_at), class_name="ml-auto text-sm text-ink2 whitespace-nowrap"),
        class_name="flex items-baseline gap-2",
    )
    last = rx.el.div(
        rx.el.span(words, class_name="truncate text-ink2"),
        rx.el.span(state, class_name="ml-auto shrink-0 flex"),
        class_name="flex items-center gap-2",
    )
    about = product_line(row.product, "text-sm")
    go = link(
        cover(row, size="sm"),
        rx.el.div(head, about, last, class_name="min-w-0 grow"),
        href=href,
        class_name="flex gap-3 px-4 py-3 border-t border-line2 hover:bg-paper aria-[current=true]:bg-grey-bg",
        custom_attrs={"aria-current": rx.cond(here, "true", "false")},
    )
    return rx.el.li(go, key=row.no, **props, class_name="first:[&>a]:border-t-0")
