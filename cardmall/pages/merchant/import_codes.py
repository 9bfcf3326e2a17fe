"""导入卡密: a list is handed in, its lines are looked at, its good codes come into stock."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.ask import ask_button
from cardmall.components.controls import button, link_button
from cardmall.components.desk import desk_skeleton
from cardmall.components.feedback import info_box
from cardmall.components.format import deadline
from cardmall.components.forms import app_form, field, text_input
from cardmall.components.labels import batch_failure, batch_status, line_verdict
from cardmall.components.lists import list_box, listed_line, progress_bar
from cardmall.components.surface import card, page_title, pill
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.terms import BatchStatus, Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.merchant.import_codes import ImportState

_VIEW: Any = ImportState.figures
_S = BatchStatus


def import_page() -> rx.Component:
    waiting = desk_skeleton()
    whole = choose(
        _VIEW.status,
        ("", rx.cond(_VIEW.takes_lists, _hand_in(), _by_hand())),
        (_S.reading.value, _running(t("stock.reading"), t("stock.reading_line"))),
        (_S.checked.value, _checked()),
        (_S.stocking.value, _running(t("stock.stocking", n=_VIEW.stocked, of=_VIEW.good), t("stock.stocking_line"))),
        (_S.stocked.value, _stocked()),
        otherwise=_ended(),
    )
    content = rx.cond(ImportState.loaded, rx.fragment(_title(), whole), waiting)
    inside = guarded(content, waiting, Role.merchant, missing=ImportState.missing, keep=True)
    return side_frame(Role.merchant, inside, here="stock")


def _title() -> rx.Component:
    batch = rx.cond(_VIEW.batch != "", rx.el.span(_VIEW.batch, class_name="text-ink2 tabular-nums"))
    crumbs = [(t("stock.title"), routes.MERCHANT_STOCK), (_VIEW.name, routes.product_stock_url(_VIEW.slug))]
    return page_title(t("stock.import"), batch, crumbs=crumbs, here=t("stock.import"))


def _hand_in() -> rx.Component:
    slug = _VIEW.slug.to(str)
    box = list_box(routes.lists_url(slug), routes.lists_url(slug, pasted=True), ImportState.handed_in)
    rules = rx.el.ul(
        *[rx.el.li(t(f"stock.rule.{name}")) for name in ("line", "table", "text", "size", "sealed")],
        class_name="list-disc pl-5 grid gap-1.5 text-ink2",
    )
    return _two(card(box), card(rules, title=t("stock.rules")))


def _by_hand() -> rx.Component:
    """A product without stock."""
    return card(info_box(rx.el.p(t("refused.by_hand")), icon="hand"), rx.el.div(_back(), class_name="mt-4"))


def _two(wide: rx.Component, narrow: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.div(wide, class_name="min-w-0"),
        rx.el.div(narrow, class_name="min-w-0"),
        class_name="grid gap-4 lg:grid-cols-[minmax(0,1fr)_380px] items-start",
    )


def _running(words: Any, line: Any) -> rx.Component:
    """A job is at it; the page follows."""
    return card(
        rx.el.p(words, class_name="text-h2 font-semibold mb-3", role="status"),
        progress_bar(_VIEW.percent, words),
        rx.el.p(line, class_name="text-ink2 mt-3"),
        rx.cond(
            _VIEW.status == _S.reading.value,
            rx.el.div(_drop(), class_name="mt-4"),
            rx.el.div(_back(), class_name="mt-4"),
        ),
    )


def _checked() -> rx.Component:
    side = card(_verdicts(), _form(), title=t("stock.result"), aside=t("stock.lines", n=_VIEW.total))
    return _two(_lines(), side)


def _lines() -> rx.Component:
    rows = rx.el.ol(rx.foreach(ImportState.rows, listed_line), class_name="[&>li+li]:border-t [&>li]:border-line2")
    more = rx.el.div(button(t("stock.more_lines"), on_click=ImportState.show_more), class_name="p-3 text-center")
    shown = rx.el.div(rows, rx.cond(_VIEW.next_key != "", more), class_name="max-h-[520px] overflow-y-auto")
    return card(
        rx.el.p(t("stock.tails"), class_name="px-4 py-3 text-sm text-ink2 border-b border-line"),
        rx.el.div(shown, tab_index=0, role="region", aria_label=t("stock.by_line")),
        class_name="overflow-hidden",
    )


def _verdicts() -> rx.Component:
    share = rx.cond(_VIEW.total > 0, 100 * _VIEW.good / _VIEW.total, 0)
    bar = rx.el.div(
        rx.el.div(class_name="h-full bg-jade", style={"width": f"{share}%"}),
        rx.el.div(class_name="h-full bg-amber grow"),
        class_name="flex h-2 rounded-full overflow-hidden mb-2",
        aria_hidden="true",
    )
    return rx.fragment(
        bar, rx.el.ul(rx.foreach(_VIEW.counts, _verdict), class_name="[&>li+li]:border-t [&>li]:border-line2")
    )


def _verdict(row: Any) -> rx.Component:
    tone = choose(row.verdict, ("good", "text-jade"), ("cleaned", "text-jade"), ("blank", "text-ink2"),
                  ("repeated", "text-amber"), ("in_stock", "text-amber"), otherwise="text-seal")  # fmt: skip
    lines = rx.cond(
        row.more, t("stock.at_lines_more", lines=row.lines), t("stock.at_lines", lines=row.lines, n=row.count)
    )
    return rx.el.li(
        rx.el.b(row.count, class_name=f"text-h2 tabular-nums min-w-12 {tone}"),
        rx.el.div(
            rx.el.div(line_verdict(row.verdict), class_name="font-semibold"),
            rx.cond(row.lines != "", rx.el.div(lines, class_name="text-sm text-ink2")),
            class_name="min-w-0",
        ),
        class_name="flex items-baseline gap-3 py-2.5",
        key=row.verdict,
    )


def _form() -> rx.Component:
    """The yes, with what the batch should be remembered by."""
    note = text_input("note", id="batch-note", placeholder=t("stock.note_example"), auto_complete="off")
    until = text_input("valid_until", id="batch-until", type="date", auto_complete="off")
    yes = button(t("stock.yes", n=_VIEW.good, skipped=_VIEW.skipped), kind="seal", size="lg", type="submit")
    form = app_form(
        field(t("stock.note"), note, name="batch-note", error=ImportState.note_error, optional=True),
        field(
            t("stock.valid_until"),
            until,
            name="batch-until",
            error=ImportState.valid_until_error,
            hint=t("stock.valid_hint"),
            optional=True,
        ),
        rx.el.div(_drop(), yes, class_name="flex flex-wrap items-end justify-end gap-3"),
        on_submit=ImportState.confirm,
        class_name="flex flex-col gap-4 border-t border-line2 pt-4 mt-1",
    )
    nothing = rx.el.div(rx.el.p(t("stock.nothing_good"), class_name="text-seal"), _drop(), class_name="grid gap-3 mt-2")
    waits = rx.el.p(t("stock.waits", at=deadline(_VIEW.waits_until)), class_name="text-sm text-ink2 mt-3")
    return rx.fragment(rx.cond(_VIEW.good > 0, form, nothing), waits)


def _drop() -> rx.Component:
    return ask_button("stock.drop", t("stock.drop_act"), on_yes=ImportState.drop)


def _back() -> rx.Component:
    return link_button(t("stock.back"), href=routes.product_stock_url(_VIEW.slug), kind="outline", size="lg")


def _stocked() -> rx.Component:
    taken = rx.cond(_VIEW.taken > 0, rx.el.p(t("stock.taken", n=_VIEW.taken), class_name="text-amber"))
    again = link_button(t("stock.again"), href=routes.import_url(_VIEW.slug), size="lg")
    done = card(
        rx.el.p(t("stock.done", n=_VIEW.stocked), class_name="text-h2 font-semibold text-jade", role="status"),
        taken,
        rx.el.div(again, _back(), class_name="flex flex-wrap gap-3 mt-4"),
        class_name="p-5 mb-4",
    )
    return _two(_lines(), rx.fragment(done, card(_verdicts(), title=t("stock.result"))))


def _ended() -> rx.Component:
    """It was dropped, or could not be read."""
    why = rx.cond(
        _VIEW.failure != "", batch_failure(_VIEW.failure), t("stock.dropped_line", hours=limits.BATCH_WAITS.days * 24)
    )
    again = link_button(t("stock.again"), href=routes.import_url(_VIEW.slug), kind="seal", size="lg")
    state = pill(batch_status(_VIEW.status), choose(_VIEW.status, (_S.failed.value, "seal"), otherwise="grey"))
    return card(
        info_box(state, rx.el.p(why, class_name="mt-1"), tone="grey", icon="file-x"),
        rx.el.div(again, _back(), class_name="flex flex-wrap gap-3 mt-4"),
    )


PAGE = {
    "title": t("stock.import"),
    "component": import_page,
    "route": routes.IMPORT_CODES,
    "on_load": ImportState.load,
}
