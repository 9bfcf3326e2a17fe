"""The stock of one product: its numbers, its batches, and when the shop wants to be told that it is low."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.ask import ask_button
from cardmall.components.controls import button, download, link, link_button
from cardmall.components.desk import desk_figure, desk_skeleton, figures
from cardmall.components.feedback import empty, info_box
from cardmall.components.format import ends, full, money
from cardmall.components.forms import app_form, field, text_input
from cardmall.components.labels import batch_status, delivery_mode
from cardmall.components.stock import counted, sold
from cardmall.components.surface import card, cover, page_title, pill, section_title, table, table_cell, table_row
from cardmall.components.text import t
from cardmall.components.vars import choose, length
from cardmall.domain import limits
from cardmall.domain.terms import BatchStatus, Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.recalls import recall_list
from cardmall.states.merchant.product_stock import ProductStockState

_FOUND: Any = ProductStockState.figures
_ROWS = ProductStockState.rows
_URL: Any = _FOUND.slug
_TIGHT = "overflow-x-auto md:[&_:is(td,th)]:px-2 md:[&_:is(td,th):first-child]:pl-4 md:[&_:is(td,th):last-child]:pr-4"
_YEAR = 365  # days; what lasts longer is not said in days
_BY_HAND = ~_FOUND.takes_lists
_TONES = (
    (BatchStatus.checked.value, "amber"),
    (BatchStatus.failed.value, "seal"),
    (BatchStatus.stocked.value, "jade"),
    (BatchStatus.dropped.value, "grey"),
)


def product_stock_page() -> rx.Component:
    waiting = desk_skeleton()
    recalls = recall_list(ProductStockState, _FOUND.recalls, may=_FOUND.may_recall)
    narrow = rx.el.div(recalls, _low(), _codes(), class_name="grid gap-4 min-w-0")
    below = rx.el.div(_batches(), narrow, class_name="grid gap-4 xl:grid-cols-[minmax(0,1fr)_300px] items-start")
    body = rx.fragment(_title(), _waiting(), _figures(), below)
    content = rx.cond(ProductStockState.loaded, body, waiting)
    missing = ProductStockState.missing
    inside = guarded(content, waiting, Role.merchant, missing=missing, keep=True)
    return side_frame(Role.merchant, inside, here="stock")


def _title() -> rx.Component:
    about = rx.el.span(
        _FOUND.name, " · ", money(_FOUND.price), " · ", delivery_mode(_FOUND.mode), class_name="text-ink2"
    )
    upload = rx.icon("upload", size=16, aria_hidden="true")
    go = link_button(upload, t("stock.import"), href=routes.import_url(_URL), kind="seal", size="lg")
    edit = link_button(t("goods.edit_title"), href=routes.merchant_product_url(_URL), kind="outline", size="lg")
    act = rx.fragment(edit, rx.cond(_BY_HAND, rx.fragment(), go))
    return page_title(
        rx.el.span(cover(_FOUND, size="sm"), t("stock.title"), class_name="flex items-center gap-3"),
        about,
        aside=act,
        crumbs=[(t("stock.title"), routes.MERCHANT_STOCK)],
        here=_FOUND.name,
    )


def _waiting() -> rx.Component:
    words = t("stock.waiting_line", n=_FOUND.waiting)
    box = info_box(rx.el.b(words, class_name="font-semibold"), tone="seal", icon="triangle-alert")
    by_hand = info_box(rx.el.p(t("refused.by_hand")), tone="blue", icon="hand")
    return rx.fragment(
        rx.cond(_FOUND.waiting > 0, rx.el.div(box, class_name="mb-[18px]")),
        rx.cond(_BY_HAND, rx.el.div(by_hand, class_name="mb-[18px]")),
    )


def _figures() -> rx.Component:
    names = ("left", "kept", "sealed", "used", "gone")
    counts = (_FOUND.left, _FOUND.kept, _FOUND.sealed, _FOUND.used, _FOUND.gone)
    lines: dict[str, Any] = {"left": rx.cond(_FOUND.sold > 0, _rate(), t("stock.left_line"))}
    told = [(name, count, lines.get(name, t(f"stock.{name}_line"))) for name, count in zip(names, counts, strict=True)]
    return figures(*[desk_figure(t(f"stock.{name}"), _pieces(count), line) for name, count, line in told])


def _rate() -> rx.Component:
    """What was sold lately, and how long the rest lasts at that rate."""
    days = rx.cond(_FOUND.days > _YEAR, t("stock.days_left_long"), t("stock.days_left", n=_FOUND.days))
    lasts = rx.el.span(" · ", days)
    return rx.fragment(sold(_FOUND.sold), rx.cond(_FOUND.days >= 0, lasts))


def _pieces(count: Any) -> Any:
    return counted(count, t("stock.pieces", n=count), t("stock.many"))


def _batches() -> rx.Component:
    head = rx.el.div(section_title(t("stock.batches"), t("stock.batches_line")), class_name="px-4 pt-3.5 -mb-1")
    columns = [t(f"stock.column.{name}") for name in ("batch", "maker", "total", "left", "sold", "state")]
    spoken = rx.el.span(t("stock.column.act"), class_name="sr-only")
    rows = table(*columns, spoken, rows=rx.foreach(_ROWS, _row), label=t("stock.batches"))
    go = link_button(t("stock.import"), href=routes.import_url(_URL), kind="outline", size="lg")
    none = empty("package-open", t("stock.no_batches"), t("stock.no_batches_line"), go)
    none = rx.cond(_BY_HAND, empty("package-open", t("stock.no_batches")), none)
    listed = rx.cond(length(_ROWS) > 0, rx.el.div(rows, class_name=_TIGHT), none)
    more = button(t("stock.more"), on_click=ProductStockState.show_more, size="lg")
    below = rx.cond(_FOUND.next_key != "", rx.el.div(more, class_name="mt-4 text-center"))
    return rx.el.div(card(head, listed, class_name="overflow-hidden"), below, class_name="min-w-0")


_COUNT = "tabular-nums whitespace-nowrap"


def _row(row: Any) -> rx.Component:
    url = routes.batch_url(_URL, row.name)
    name = link(row.name, href=url, class_name="font-semibold hover:underline whitespace-nowrap")
    note = rx.cond(row.note != "", rx.el.div(row.note, title=row.note, class_name="text-sm text-ink2 line-clamp-2"))
    when = rx.el.div(full(row.at), class_name="text-sm text-ink2 whitespace-nowrap tabular-nums")
    return table_row(
        table_cell(rx.el.div(name, note)),
        table_cell(rx.el.div(row.maker, when), label=t("stock.column.maker")),
        table_cell(rx.el.span(row.total, class_name=_COUNT), label=t("stock.column.total")),
        table_cell(
            rx.el.b(counted(row.left, row.left.to_string(), t("stock.many")), class_name=_COUNT),
            label=t("stock.column.left"),
        ),
        table_cell(_sold(row), label=t("stock.column.sold")),
        table_cell(_state(row), label=t("stock.column.state")),
        table_cell(_act(row, url)),
        key=row.name,
    )


def _sold(row: Any) -> rx.Component:
    bar = rx.el.span(class_name="block h-1.5 rounded-full bg-ink3", style={"width": f"{row.percent}%"})
    share = rx.el.span(bar, class_name="block w-16 rounded-full bg-line2 mt-1", aria_hidden="true")
    return rx.el.div(
        rx.el.span(counted(row.sold, row.sold.to_string(), t("stock.many")), class_name="tabular-nums"),
        counted(row.sold, share, rx.fragment()),
    )


def _state(row: Any) -> rx.Component:
    until = rx.cond(
        row.valid_until, rx.el.div(t("stock.until", at=ends(row.valid_until)), class_name="text-sm text-ink2")
    )
    words = counted(row.withdrawn, t("stock.withdrawn_count", n=row.withdrawn), t("stock.withdrawn_many"))
    gone = rx.cond(row.withdrawn > 0, rx.el.div(words, class_name="text-sm text-ink2"))
    tone = choose(row.status, *_TONES, otherwise="blue")
    stands = rx.cond(row.is_empty, pill(t("stock.nothing_good"), "grey"), pill(batch_status(row.status), tone))
    return rx.el.div(stands, until, gone)


def _act(row: Any, url: Any) -> rx.Component:
    on_yes = ProductStockState.withdraw(row.name)
    spoken = t("stock.withdraw_one", name=row.name)
    withdraw = ask_button(
        "stock.withdraw",
        t("stock.withdraw_act"),
        on_yes=on_yes,
        spoken=spoken,
        class_name="max-md:grow",
        name=row.name,
    )
    look = link_button(t("stock.look"), href=url, kind="ink", class_name="max-md:grow")
    recall = button(
        t("stock.recall.begin"),
        on_click=ProductStockState.begin_recall(row.name),
        class_name="max-md:grow",
        custom_attrs={"aria-label": t("stock.recall.begin_one", name=row.name)},
    )
    act = rx.cond(row.is_open, look, rx.cond(row.may_withdraw, withdraw))
    return rx.el.div(rx.cond(row.may_recall, recall), act, class_name="flex flex-wrap gap-2 md:justify-end")


def _low() -> rx.Component:
    """When the shop is told."""
    box = text_input("line", id="stock-line", input_mode="numeric", auto_complete="off", default_value=_FOUND.line)
    form = app_form(
        field(t("stock.line"), box, name="stock-line", error=ProductStockState.line_error, hint=t("stock.line_hint")),
        rx.el.div(button(t("stock.save"), type="submit"), class_name="flex"),
        on_submit=ProductStockState.set_line,
        class_name="flex flex-col gap-3",
        key=_FOUND.slug + _FOUND.line,
    )
    return card(form, rx.el.p(t("stock.out_line"), class_name="text-sm text-ink2 mt-3"), title=t("stock.low_title"))


def _codes() -> rx.Component:
    """Codes that are never sold again leave with their owner."""
    box = text_input(
        "password",
        id="codes-password",
        type="password",
        auto_complete="current-password",
        max_length=limits.PASSWORD_LENGTH.stop - 1,
    )
    form = app_form(
        field(t("stock.codes.password"), box, name="codes-password", error=ProductStockState.password_error),
        rx.el.div(button(t("stock.codes.act", n=_FOUND.untaken), type="submit"), class_name="flex"),
        on_submit=ProductStockState.export_codes,
        class_name="flex flex-col gap-3",
        key=_FOUND.slug + _FOUND.file,
    )
    lines = rx.el.p(t("stock.codes.line"), class_name="text-sm text-ink2 mb-3")
    return rx.cond(
        (_FOUND.untaken > 0) | (_FOUND.file != ""),
        card(lines, rx.cond(_FOUND.untaken > 0, form), _file(), title=t("stock.codes.title")),
    )


def _file() -> rx.Component:
    """The last file, while it is open."""
    url = routes.code_file_url(_FOUND.file.to(str))
    until = rx.el.p(t("stock.codes.until", at=ends(_FOUND.file_until)), class_name="text-sm text-ink2 mt-1")
    go = download(t("stock.codes.load", n=_FOUND.file_cards), href=url)
    return rx.cond(_FOUND.file != "", rx.el.div(go, until, class_name="mt-4"))


PAGE = {
    "title": t("stock.title"),
    "component": product_stock_page,
    "route": routes.PRODUCT_STOCK,
    "on_load": ProductStockState.load,
}
