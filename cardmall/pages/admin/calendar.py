"""Working days: which years are official, which are expected, and the days an admin set."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button
from cardmall.components.feedback import bone, empty, info_box, skeleton, title_skeleton, two_columns
from cardmall.components.format import deadline, instant
from cardmall.components.forms import app_form, chip, chips, field, text_input
from cardmall.components.surface import card, page_title, pill, side_note, table, table_cell, table_row
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.admin.calendar import CalendarState

VIEW = CalendarState.view


def calendar_page() -> rx.Component:
    waiting = skeleton(title_skeleton(), two_columns([bone("h-56"), bone("h-40")], [bone("h-72")]))
    body = rx.fragment(page_title(t("calendar.title")), _today(), two_columns([_set_days(), _years()], [_form()]))
    content = rx.cond(CalendarState.loaded, body, waiting)
    return side_frame(Role.admin, guarded(content, waiting, Role.admin), here="calendar")


def _today() -> rx.Component:
    """What the calendar means right now."""
    words = rx.cond(
        VIEW.certain, t("calendar.due", at=deadline(VIEW.due)), t("calendar.due_estimated", at=deadline(VIEW.due))
    )
    return rx.el.div(info_box(words, icon="calendar-check"), class_name="mb-4")


def _set_days() -> rx.Component:
    columns = [t(f"calendar.column.{name}") for name in ("day", "counts", "published", "by")]
    spoken = rx.el.span(t("calendar.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(VIEW.days, _day), label=t("calendar.set_days"))
    some = rx.el.div(rows, class_name="-mx-5 -mb-5 overflow-x-auto")
    nothing = empty("calendar-days", t("calendar.empty"), t("calendar.empty_line"))
    body = rx.cond(length(VIEW.days) > 0, some, nothing)
    return card(body, title=t("calendar.set_days"), class_name="p-5 overflow-hidden")


def _day(row: Any) -> rx.Component:
    day = rx.el.div(
        rx.el.b(row.day, class_name="font-semibold tabular-nums whitespace-nowrap"),
        " ",
        t_enum("calendar.weekday", row.weekday.to(str)),
        rx.el.div(row.note, class_name="text-sm text-ink2 empty:hidden [overflow-wrap:anywhere]"),
    )
    counts = rx.cond(row.works, pill(t("calendar.work"), "blue"), pill(t("calendar.rest"), "jade"))
    before = rx.cond(row.published, t("calendar.work"), t("calendar.rest"))
    by = rx.el.div(row.by, rx.el.div(instant(row.at), class_name="text-sm text-ink2 whitespace-nowrap"))
    undo = button(
        t("calendar.remove"),
        on_click=CalendarState.remove(row.day),
        kind="outline",
        custom_attrs={"aria-label": t("calendar.remove_day", day=row.day)},
    )
    return table_row(
        table_cell(day),
        table_cell(counts, label=t("calendar.column.counts")),
        table_cell(before, label=t("calendar.column.published")),
        table_cell(by, label=t("calendar.column.by")),
        table_cell(rx.el.div(undo, class_name="md:text-right")),
        key=row.day,
    )


def _years() -> rx.Component:
    rows = rx.el.ul(rx.foreach(VIEW.years, _year), class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    return card(rows, side_note(t("calendar.years_line")), title=t("calendar.years"))


def _year(year: Any) -> rx.Component:
    known = rx.cond(year.official, pill(t("calendar.official"), "jade"), pill(t("calendar.estimated"), "amber"))
    head = rx.el.div(
        rx.el.b(year.year, class_name="text-h2 font-semibold tabular-nums"), known, class_name="flex gap-3 items-center"
    )
    none = rx.el.span(t("calendar.none"), class_name="text-ink2")
    rests = rx.foreach(year.rests, lambda text: _date(text))
    made_up = rx.cond(length(year.made_up) > 0, rx.foreach(year.made_up, lambda text: _date(text)), none)
    return rx.el.li(
        head,
        _dates(t("calendar.rests"), rests),
        _dates(t("calendar.made_up"), made_up),
        class_name="py-3",
        key=year.year.to(str),
    )


def _dates(name: Any, dates: Any) -> rx.Component:
    row = rx.el.dd(dates, class_name="flex flex-wrap gap-x-4 gap-y-0.5 min-w-0")
    return rx.el.dl(rx.el.dt(name, class_name="text-sm text-ink2 w-16 shrink-0"), row, class_name="flex gap-3 mt-1.5")


def _date(text: Any) -> rx.Component:
    return rx.el.span(text, class_name="tabular-nums whitespace-nowrap", key=text)


def _form() -> rx.Component:
    day = text_input("day", type="date", min=VIEW.first, max=VIEW.last)
    kinds = [chip("works", kind, t(f"calendar.{kind}")) for kind in ("work", "rest")]
    form = app_form(
        field(t("calendar.day"), day, name="day", error=CalendarState.day_error, hint=t("calendar.day_hint")),
        chips("works", t("calendar.counts_as"), *kinds, error=CalendarState.works_error),
        field(
            t("calendar.note"),
            text_input("note", max_length=limits.NAME_LENGTH),
            name="note",
            error=CalendarState.note_error,
            hint=t("calendar.note_hint"),
            optional=True,
        ),
        rx.el.div(button(t("calendar.save"), type="submit", kind="seal", size="lg")),
        on_submit=CalendarState.save,
        class_name="flex flex-col gap-4",
        key=rx.Var.create(CalendarState.saved).to(str),
    )
    return card(form, side_note(t("calendar.stands")), title=t("calendar.set"))


PAGE = {
    "title": t("calendar.title"),
    "component": calendar_page,
    "route": routes.ADMIN_CALENDAR,
    "on_load": CalendarState.load,
}
