"""A list of codes on its way: handed in over HTTP, its lines with their verdicts, how far it has come."""

from typing import Any

import reflex as rx
from reflex_base.event import passthrough_event_spec

from cardmall.components.controls import button_look, server_url
from cardmall.components.labels import line_verdict
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.texts import Encoding

_NAMES = {
    Encoding.utf_8: "UTF-8",
    Encoding.gb18030: "GB18030 / GBK",
    Encoding.big5: "Big5",
    Encoding.utf_16: "UTF-16",
}  # proper names, the same in every language


_MOST = {"bytes": limits.LIST_BYTES, "lines": limits.LIST_LINES_SHOWN}


class ListBox(rx.Component):
    """A field to paste into, or a file with its first lines and their encoding; sent to one of two addresses."""

    library = "$/public/lists"
    tag = "ListBox"
    file_url: rx.Var[str]
    paste_url: rx.Var[str]
    label: rx.Var[str]
    hint: rx.Var[str]
    file_label: rx.Var[str]
    file_hint: rx.Var[str]
    act: rx.Var[str]
    sending: rx.Var[str]
    failed: rx.Var[str]
    large: rx.Var[str]
    nothing: rx.Var[str]
    first_lines: rx.Var[str]
    encoding: rx.Var[str]
    guessed: rx.Var[str]
    encodings: rx.Var[dict[str, str]]
    most: rx.Var[dict[str, int]]
    file_look: rx.Var[str]
    act_look: rx.Var[str]
    on_done: rx.EventHandler[passthrough_event_spec(str)]


def list_box(file_url: Any, paste_url: Any, on_done: Any) -> rx.Component:
    """`on_done` hears the name of the batch."""
    names = ("label", "hint", "file_label", "file_hint", "act", "sending", "failed", "nothing")
    names += ("first_lines", "encoding", "guessed")
    words = {name: t(f"stock.box.{name}") for name in names}
    words["large"] = t("refused.file_too_large")
    looks = {"file_look": button_look("outline", "md"), "act_look": button_look("seal", "lg")}
    urls = {"file_url": server_url("") + file_url, "paste_url": server_url("") + paste_url}
    encodings = {one.value: _NAMES[one] for one in Encoding}
    return ListBox.create(on_done=on_done, encodings=encodings, most=_MOST, **urls, **words, **looks)


def progress_bar(percent: Any, label: Any) -> rx.Component:
    """How much is done, as a bar and in words."""
    bar = rx.el.div(class_name="h-full rounded-full bg-jade", style={"width": f"{percent}%"})
    return rx.el.div(
        bar,
        role="progressbar",
        aria_label=label,
        class_name="h-2 rounded-full bg-line2 overflow-hidden",
        custom_attrs={"aria-valuenow": percent, "aria-valuemin": 0, "aria-valuemax": 100},
    )


def listed_line(row: Any) -> rx.Component:
    """A line by its number and tail, with its verdict; or the lines between two such that come into stock."""
    between = rx.cond(
        row.line == row.last, t("stock.one_good", line=row.line), t("stock.many_good", line=row.line, last=row.last)
    )
    repeats = t("stock.repeats", line=row.first)
    word = rx.cond(row.first > 0, repeats, line_verdict(row.verdict))
    tail = rx.cond(row.tail != "", "…" + row.tail.to(str), "")
    tone = choose(row.verdict, ("cleaned", "text-jade"), ("repeated", "text-amber"), ("in_stock", "text-amber"),
                  ("blank", "text-ink2"), otherwise="text-seal")  # fmt: skip
    one = rx.el.li(
        rx.el.span(row.line, class_name="w-16 shrink-0 text-right text-ink2 tabular-nums"),
        rx.el.code(tail, class_name="font-mono min-w-0 grow"),
        rx.el.span(word, class_name=f"ml-auto text-sm font-semibold text-right {tone}"),
        class_name="flex items-baseline gap-3 px-3 py-1.5",
        key=row.line.to(str),
    )
    some = rx.el.li(between, class_name="px-3 py-1.5 pl-[84px] bg-paper text-sm text-ink2", key=row.line.to(str))
    return rx.cond(row.verdict == "good", some, one)
