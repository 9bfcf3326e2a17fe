"""Deliveries by hand: what can be delivered now, each with its box and what its buyer told; what is held, apart."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button, more
from cardmall.components.delivery import open_box
from cardmall.components.desk import desk_skeleton
from cardmall.components.feedback import empty, info_box
from cardmall.components.format import countdown, deadline, ends, instant, money, span
from cardmall.components.receipts import is_receipt
from cardmall.components.surface import amount, card, cover, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain.limits import ORDERS_COUNTED, PAGE_SIZE
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.delivery_box import delivery_box
from cardmall.pages.merchant.order_facts import order_link
from cardmall.states.lists import MOST_ROWS
from cardmall.states.merchant.delivery import DeliveryState
from cardmall.states.session import SessionState

_DESK: Any = DeliveryState.figures


def delivery_page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(DeliveryState.loaded, rx.fragment(_title(), _result(), _ready(), _held()), waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="delivery")


def _title() -> rx.Component:
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    return page_title(t("delivery.title"), shop, aside=rx.el.span(t("delivery.line"), class_name="text-sm text-ink2"))


def _result() -> rx.Component:
    """What became of the last press, read aloud; then the next order is open."""
    done = t("delivery.done", no=DeliveryState.done_no)
    after = rx.cond(DeliveryState.open_no != "", t("delivery.next", no=DeliveryState.open_no), t("delivery.no_next"))
    words = rx.el.div(info_box(rx.el.p(done, " ", after), tone="jade", icon="circle-check"), class_name="mb-4")
    said = rx.el.div(rx.cond(DeliveryState.done_no != "", words), role="status", data_panel="")
    return rx.fragment(said, open_box(DeliveryState.open_no, DeliveryState.turn))


def _ready() -> rx.Component:
    rows = rx.el.ul(rx.foreach(DeliveryState.rows, _row), class_name=_LIST)
    sums = t("delivery.ready_count", n=_counted(_DESK.orders), pieces=_pieces())
    further = rx.el.div(button(t("merchant.more"), on_click=DeliveryState.show_more, size="lg"), class_name=_FOOT)
    some = _section(
        t("delivery.ready"),
        sums,
        rows,
        rx.cond((_DESK.next_key != "") & (length(DeliveryState.rows) < MOST_ROWS), further),
    )
    return rx.cond(length(DeliveryState.rows) > 0, some, _nothing())


def _counted(count: Any) -> Any:
    """A number of orders, up to which they are counted."""
    return rx.cond(count < ORDERS_COUNTED, count.to_string(), t("shop_orders.many"))


def _pieces() -> Any:
    many = _DESK.pieces.to_string() + "+"
    return rx.cond(_DESK.orders < ORDERS_COUNTED, _DESK.pieces.to_string(), many)


def _section(title: Any, sums: Any, *parts: rx.Component) -> rx.Component:
    head = rx.el.div(
        rx.el.h2(title, class_name="text-h2 font-semibold"),
        rx.el.span(sums, class_name="text-sm text-ink2 tabular-nums"),
        class_name="flex flex-wrap items-baseline gap-x-3 px-4 sm:px-[18px] py-3 border-b border-line",
        data_head="",
    )
    return card(head, *parts, class_name="overflow-hidden mb-4")


_LIST = "[&>li+li]:border-t [&>li+li]:border-line2"
_FOOT = "border-t border-line2 p-3 text-center"


def _nothing() -> rx.Component:
    """All is delivered; where something is held, that stands below."""
    go = link_button(t("delivery.empty_link"), href=routes.MERCHANT, kind="outline", size="lg")
    calm = empty("package-check", t("delivery.empty"), t("delivery.empty_line"), go)
    still = empty("package-check", t("delivery.nothing_now"), t("delivery.empty_line"))
    return card(rx.cond(length(_DESK.held) > 0, still, calm), class_name="p-5 mb-4")


def _row(row: Any) -> rx.Component:
    begun = rx.cond(row.begun_at, rx.fragment(" · ", t("begin.since", at=instant(row.begun_at))))
    head = _head(row, " · ", t("delivery.paid_at", at=instant(row.paid_at)), begun, under=_promise(row))
    news = info_box(t("delivery.corrected"), tone="amber", icon="circle-alert")
    said = rx.el.div(rx.cond(row.corrected, news), class_name="mt-2 sm:pl-16 empty:hidden")
    words = rx.cond(is_receipt(row), t("receipt.open"), t("delivery.open"))
    box = more(rx.el.span(words, class_name="font-semibold text-ink"), delivery_box(row))
    return rx.el.li(
        head, said, rx.el.div(box, class_name="mt-2 sm:pl-16"), class_name=_ROW, key=row.no, data_order=row.no
    )


_ROW = "px-4 sm:px-[18px] py-4"


def _head(row: Any, *about: Any, under: Any = "", below: Any = "") -> rx.Component:
    """What it is, of which order, for how much; `under` the money, `below` the rest."""
    name = rx.el.div(row.product, title=row.product, class_name="font-semibold line-clamp-2")
    line = rx.el.div(
        order_link(row.no), " · ", t("delivery.pieces", count=row.quantity), *about, class_name="text-sm text-ink2"
    )
    right = rx.el.div(amount(money(row.total)), under, class_name="sm:text-right shrink-0 max-sm:w-full max-sm:pl-16")
    return rx.el.div(
        cover(row),
        rx.el.div(name, line, below, class_name="min-w-0 flex-1"),
        right,
        class_name="flex flex-wrap sm:flex-nowrap items-start gap-x-3 gap-y-2",
    )


def _promise(row: Any) -> rx.Component:
    """How long the promise still holds; broken, the shopper may cancel at once."""
    whole = span(row.paid_at, row.promised_at)
    running = countdown(row.promised_at, "reply", total=whole, on_end=DeliveryState.refresh, class_name="font-semibold")
    left = rx.cond(row.late, pill(t("delivery.late"), "seal"), running)
    until = rx.el.div(t("delivery.promised", at=deadline(row.promised_at)), class_name="text-sm text-ink2")
    return rx.cond(row.promised_at, rx.el.div(left, until, class_name="mt-0.5"))


def _held() -> rx.Component:
    rows = rx.el.ul(rx.foreach(_DESK.held, _held_row), class_name=_LIST)
    sums = t("delivery.held_count", n=_counted(_DESK.held_orders))
    others = link(t("delivery.held_more"), href=routes.shop_orders_url(held="yes"), class_name=_GO)
    further = rx.cond(_DESK.held_orders > PAGE_SIZE, rx.el.div(others, class_name=_FOOT))
    return rx.cond(length(_DESK.held) > 0, _section(t("delivery.held"), sums, rows, further))


def _held_row(row: Any) -> rx.Component:
    return rx.el.li(_head(row, below=_why(row)), class_name=_ROW, key=row.no, data_order=row.no)


def _why(row: Any) -> rx.Component:
    """Why it may not be delivered, and the case or the transfer that decides it."""
    until = rx.cond(row.until, t("delivery.until", at=ends(row.until)), "")
    transfer = _go(t("delivery.transfer", no=row.transfer_no), routes.transfer_url(row.transfer_no))
    case = rx.cond(row.case_no != "", _go(t("delivery.case"), routes.merchant_case_url(row.case_no)))
    words = rx.el.p(t_enum("delivery.why", row.why), " ", until, " ", rx.cond(row.transfer_no != "", transfer, case))
    mark = rx.icon("circle-pause", size=16, class_name="shrink-0 mt-[3px]", aria_hidden="true")
    return rx.el.div(mark, words, class_name="flex gap-1.5 mt-1 text-amber")


_GO = "whitespace-nowrap font-semibold underline underline-offset-2 py-2.5 -my-2.5"


def _go(words: Any, href: Any) -> rx.Component:
    return link(words, href=href, class_name=_GO)


PAGE = {
    "title": t("delivery.title"),
    "component": delivery_page,
    "route": routes.MERCHANT_DELIVERY,
    "on_load": DeliveryState.load,
}
