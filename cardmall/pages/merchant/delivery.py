"""Deliveries by hand: who waits, how long the promise still holds, and the codes typed for each order."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.ask import ask_first
from cardmall.components.beginning import work_begun
from cardmall.components.buyer_fields import answers_shown
from cardmall.components.controls import button, link, link_button, more
from cardmall.components.desk import desk_skeleton
from cardmall.components.feedback import empty, info_box
from cardmall.components.format import countdown, deadline, ends, instant, money, span
from cardmall.components.forms import app_form, field, textarea
from cardmall.components.pictures import picture_box
from cardmall.components.receipts import is_receipt
from cardmall.components.surface import amount, card, cover, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_facts import order_link
from cardmall.states.merchant.delivery import DeliveryState
from cardmall.states.session import SessionState


def delivery_page() -> rx.Component:
    waiting = desk_skeleton()
    content = rx.cond(DeliveryState.loaded, rx.fragment(_title(), _list()), waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="delivery")


def _title() -> rx.Component:
    shop = rx.el.span(SessionState.person.shop_name, class_name="text-ink2")
    return page_title(t("delivery.title"), shop, aside=rx.el.span(t("delivery.line"), class_name="text-sm text-ink2"))


def _list() -> rx.Component:
    rows = rx.el.ul(rx.foreach(DeliveryState.rows, _row), class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    go = link_button(t("delivery.empty_link"), href=routes.MERCHANT, kind="outline", size="lg")
    nothing = card(empty("package-check", t("delivery.empty"), t("delivery.empty_line"), go))
    return rx.cond(length(DeliveryState.rows) > 0, card(rows, class_name="overflow-hidden"), nothing)


def _row(row: Any) -> rx.Component:
    name = rx.el.div(row.product, title=row.product, class_name="font-semibold line-clamp-2")
    about = rx.el.div(
        order_link(row.no),
        " · ",
        t("delivery.pieces", count=row.quantity),
        " · ",
        t("delivery.paid_at", at=instant(row.paid_at)),
        class_name="text-sm text-ink2",
    )
    head = rx.el.div(
        cover(row),
        rx.el.div(name, about, class_name="min-w-0 flex-1"),
        rx.el.div(
            amount(money(row.total)), _promise(row), class_name="sm:text-right shrink-0 max-sm:w-full max-sm:pl-16"
        ),
        class_name="flex flex-wrap sm:flex-nowrap items-start gap-x-3 gap-y-2",
    )
    below = rx.cond(row.why != "", _held(row), rx.cond(is_receipt(row), _receipt(row), _codes(row)))
    answers = rx.cond((row.why != "") | row.closed, answers_shown(row.fields), answers_shown(row.fields, copied=True))
    news = rx.el.div(info_box(t("delivery.corrected"), tone="amber", icon="circle-alert"), class_name="mb-2")
    often = rx.el.p(t("delivery.edition", n=row.edition - 1), class_name="text-sm text-ink2")
    said = rx.cond(row.corrected, news, rx.cond(row.edition > 1, often))
    asked = rx.el.div(said, answers, class_name="mt-2 sm:pl-16 max-w-[584px]")
    fields = rx.cond(length(row.fields) > 0, asked)
    shows = rx.cond(row.closed, t("begin.show"), t("begin.act"))
    begun = rx.el.div(work_begun(row, DeliveryState.begin(row.no), shows), class_name="mt-2 sm:pl-16 empty:hidden")
    return rx.el.li(
        head,
        fields,
        begun,
        rx.el.div(below, class_name="mt-2 sm:pl-16"),
        class_name="px-4 sm:px-[18px] py-4",
        key=row.no,
    )


def _promise(row: Any) -> rx.Component:
    """How long the promise still holds; broken, the shopper may cancel at once."""
    whole = span(row.paid_at, row.promised_at)
    running = countdown(row.promised_at, "reply", total=whole, on_end=DeliveryState.refresh, class_name="font-semibold")
    left = rx.cond(row.late, pill(t("delivery.late"), "seal"), running)
    until = rx.el.div(t("delivery.promised", at=deadline(row.promised_at)), class_name="text-sm text-ink2")
    return rx.cond(row.promised_at, rx.el.div(left, until, class_name="mt-0.5"))


def _held(row: Any) -> rx.Component:
    """Why it may not be delivered, and the case or the transfer that decides it."""
    until = rx.cond(row.hold_until, t("delivery.until", at=ends(row.hold_until)), "")
    case = rx.fragment(until, " ", _go(t("delivery.case"), routes.merchant_case_url(row.case_no)))
    transfer = _go(t("delivery.transfer", no=row.transfer_no), routes.transfer_url(row.transfer_no))
    words = rx.el.p(t_enum("delivery.why", row.why), " ", rx.cond(row.transfer_no != "", transfer, case))
    return info_box(words, tone="amber", icon="circle-pause")


def _go(words: Any, href: Any) -> rx.Component:
    return link(words, href=href, class_name="font-semibold underline underline-offset-2 py-2.5 -my-2.5")


def _wrong(row: Any, error: Any) -> Any:
    """An error of the form, where it is this order's."""
    return rx.cond(DeliveryState.wrong_no == row.no, error, "")


def _no(row: Any) -> rx.Component:
    return rx.el.input(type="hidden", name="no", value=row.no, read_only=True)


_FORM = "grid gap-3 max-w-[520px] mt-2"


def _receipt(row: Any) -> rx.Component:
    """One text and a few pictures for all pieces; what is typed stays in the page until it was accepted."""
    name = "receipt-" + row.no
    room = limits.RECEIPT_TEXT[-1]
    box = textarea("text", id=name, rows=4, auto_complete="off", max_length=2 * room, placeholder=t("receipt.example"))
    hint = t("receipt.hint", n=row.quantity)
    text = field(t("receipt.text"), box, name=name, error=_wrong(row, DeliveryState.text_error), hint=hint)
    pictures = picture_box(
        routes.pictures_url(row.no),
        error=_wrong(row, DeliveryState.pictures_error),
        label=t("receipt.pictures"),
        most=limits.RECEIPT_PICTURES,
        place=name,
    )
    form = app_form(
        _no(row),
        text,
        pictures,
        rx.el.div(button(t("receipt.give"), kind="ink", size="lg", type="submit")),
        ask_first("receipt.question", "text", no=row.no),
        on_submit=DeliveryState.receive,
        class_name=_FORM,
    )
    return more(rx.el.span(t("receipt.open"), class_name="font-semibold text-ink"), form)


def _codes(row: Any) -> rx.Component:
    """The typed text stays in the page until it was accepted."""
    name = "codes-" + row.no
    wrong = _wrong(row, DeliveryState.codes_error)
    box = textarea(
        "codes", id=name, rows=3, auto_complete="off", spell_check=False, placeholder=t("delivery.placeholder")
    )
    form = app_form(
        _no(row),
        field(
            t("delivery.codes", count=row.quantity),
            box,
            name=name,
            error=wrong,
            hint=t("delivery.hint", count=row.quantity),
        ),
        rx.el.div(button(t("delivery.deliver"), kind="ink", size="lg", type="submit")),
        ask_first("delivery.ask", "codes", no=row.no),
        on_submit=DeliveryState.deliver,
        class_name=_FORM,
    )
    return more(rx.el.span(t("delivery.open"), class_name="font-semibold text-ink"), form)


PAGE = {
    "title": t("delivery.title"),
    "component": delivery_page,
    "route": routes.MERCHANT_DELIVERY,
    "on_load": DeliveryState.load,
}
