"""审计记录: every event, who did what to which order and what it was before (R78)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, download, link, link_button, more
from cardmall.components.desk import desk_skeleton
from cardmall.components.feedback import empty
from cardmall.components.format import exact
from cardmall.components.forms import app_form, field, select, text_input
from cardmall.components.labels import role, verb
from cardmall.components.surface import card, page_title, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.domain.verbs import Verb
from cardmall.pages.admin.standing import unless_trouble
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.audit import AuditState

_ROWS: Any = AuditState.rows
_ASKED: Any = AuditState.asked


def _page() -> rx.Component:
    waiting = desk_skeleton()
    found = unless_trouble(AuditState.trouble, rx.fragment(_list(), _pager()))
    content = rx.cond(AuditState.loaded, rx.fragment(_title(), _filters(), found), waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, keep=True), here="audit")


def _title() -> rx.Component:
    file = download(t("audit.export"), href=AuditState.file_url)
    return page_title(t("audit.title"), rx.el.span(t("audit.line"), class_name="text-sm text-ink2"), aside=file)


def _filters() -> rx.Component:
    every = rx.el.option(t("audit.every_verb"), value="")
    verbs = [rx.el.option(verb(one.value), value=one.value) for one in Verb]
    boxes = [
        field(t("audit.no"), text_input("number", max_length=limits.SEARCH_LENGTH, **_given("number")), name="number"),
        field(t("audit.email"), text_input("email", max_length=limits.ADDRESS_LENGTH, **_given("email")), name="email"),
        field(t("audit.verb"), select("verb", every, *verbs, **_given("verb")), name="verb"),
        field(t("audit.since"), text_input("since", type="date", **_given("since")), name="since"),
        field(t("audit.until"), text_input("until", type="date", **_given("until")), name="until"),
    ]
    clear = link_button(t("audit.clear"), href=routes.ADMIN_AUDIT, kind="ghost", size="lg")
    acts = rx.el.div(
        button(t("audit.show"), type="submit", kind="ink", size="lg"),
        rx.cond(AuditState.filtered, clear),
        class_name="flex items-center gap-2 col-span-2 xl:col-span-5",
    )
    look = "grid gap-3 grid-cols-2 max-sm:[&>:nth-child(-n+3)]:col-span-2 xl:grid-cols-5"
    return card(app_form(*boxes, acts, on_submit=AuditState.search, class_name=look), class_name="p-4 mb-4")


def _given(name: str) -> dict[str, Any]:
    """What was asked before: a new answer draws its box anew."""
    return {"default_value": _ASKED[name], "key": f"{name}-{_ASKED[name]}"}


def _list() -> rx.Component:
    columns = [t(f"audit.column.{name}") for name in ("at", "who", "verb", "about", "change", "more")]
    rows = table(*columns, rows=rx.foreach(_ROWS, _row), label=t("audit.title"))
    some = card(rx.el.div(rows, class_name="overflow-x-auto"), class_name="overflow-hidden")
    clear = link_button(t("audit.clear"), href=routes.ADMIN_AUDIT, kind="outline", size="lg")
    nothing = rx.cond(
        AuditState.filtered,
        empty("search-x", t("audit.nothing_fits"), t("audit.nothing_fits_line"), clear),
        empty("scroll-text", t("audit.empty"), t("audit.empty_line")),
    )
    return rx.cond(length(_ROWS) > 0, some, card(nothing))


def _row(row: Any) -> rx.Component:
    who = rx.el.div(
        rx.cond(row.name != "", rx.el.div(row.name, class_name="break-words"), ""),
        rx.el.div(role(row.role), class_name="text-sm text-ink2 whitespace-nowrap"),
        class_name="max-w-[16ch]",
    )
    return table_row(
        table_cell(rx.el.time(exact(row.at), class_name="tabular-nums whitespace-nowrap text-sm")),
        table_cell(who, label=t("audit.column.who")),
        table_cell(rx.el.span(verb(row.verb), class_name="font-semibold"), _note(row), label=t("audit.column.verb")),
        table_cell(_about(row), label=t("audit.column.about")),
        table_cell(_change(row), label=t("audit.column.change")),
        table_cell(_more(row), label=t("audit.column.more")),
        key=row.id.to(str),
    )


def _note(row: Any) -> rx.Component:
    look = "text-sm text-ink2 break-words whitespace-pre-wrap line-clamp-3 max-w-[40ch] empty:hidden"
    return rx.el.div(row.note, title=row.note, class_name=look)


def _about(row: Any) -> rx.Component:
    look = "block text-sm whitespace-nowrap tabular-nums underline underline-offset-2"
    order = link(row.order_no, href=routes.admin_order_url(row.order_no), class_name=look)
    case = link(row.case_no, href=routes.admin_case_url(row.case_no), class_name=look)
    person = link(t("find.account", no=row.person), href=routes.admin_person_url(row.person), class_name=look)
    shop = link(row.shop, href=routes.admin_shop_url(row.shop), class_name=look)
    nothing = rx.el.span("–", class_name="text-ink2")
    all_of = ((row.order_no, order), (row.case_no, case), (row.person, person), (row.shop, shop))
    found = rx.fragment(*(rx.cond(name != "", one) for name, one in all_of))
    return rx.cond(row.order_no + row.case_no + row.person + row.shop != "", found, nothing)


def _change(row: Any) -> rx.Component:
    before, after = t_enum("labels", row.before), t_enum("labels", row.after)
    moved = rx.fragment(before, " → ", rx.el.b(after, class_name="font-semibold"))
    began = rx.el.b(after, class_name="font-semibold")
    nothing = rx.el.span("–", class_name="text-ink2")
    return rx.el.div(
        choose(row.after, ("", nothing), otherwise=rx.cond(row.before != "", moved, began)), class_name="text-sm"
    )


def _more(row: Any) -> rx.Component:
    """What stood behind it; nothing when there is nothing to say."""
    cause = rx.el.div(
        rx.el.span(t("audit.column.cause"), " ", class_name="text-ink2"), row.cause, class_name="break-all"
    )
    data = rx.el.pre(row.data, class_name="whitespace-pre-wrap break-all text-[12px]/[18px] font-mono empty:hidden")
    inside = rx.el.div(rx.cond(row.cause != "", cause), data, class_name="grid gap-1 text-sm mt-1 md:w-[30ch]")
    some = more(rx.el.span(t("audit.details"), class_name="whitespace-nowrap"), inside)
    nothing = rx.el.span("–", class_name="text-ink2")
    return rx.cond((row.data != "") | (row.cause != ""), some, nothing)


def _pager() -> rx.Component:
    return rx.el.nav(
        rx.cond(AuditState.newer_url != "", link_button(t("audit.newer"), href=AuditState.newer_url, rel="prev")),
        rx.cond(AuditState.older_url != "", link_button(t("audit.older"), href=AuditState.older_url, rel="next")),
        aria_label=t("audit.pages"),
        class_name="flex justify-center gap-3 mt-4 empty:hidden",
    )


PAGE = {
    "title": t("audit.title"),
    "component": _page,
    "route": routes.ADMIN_AUDIT,
    "on_load": AuditState.load,
}
