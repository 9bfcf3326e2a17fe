"""The box of one order that can be delivered now: codes or a receipt, and beside it what its buyer told."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.ask import ask_first
from cardmall.components.beginning import work_begun
from cardmall.components.controls import button, more
from cardmall.components.delivery import send_by_keys, shown_by_press, typed_codes, wrong_lines
from cardmall.components.forms import app_form, field, mark_of, textarea
from cardmall.components.goods import plain_text
from cardmall.components.pictures import picture_box
from cardmall.components.receipts import is_receipt
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.states.merchant.delivery import DeliveryState

_INSTRUCTIONS: Any = DeliveryState.figures.instructions


def delivery_box(row: Any) -> rx.Component:
    """The form, the buyer's answers before it on a phone and beside it elsewhere."""
    form = rx.cond(is_receipt(row), _receipt(row), _codes(row))
    begun = rx.cond(row.can_begin, rx.el.div(work_begun(row, DeliveryState.begin(row.no)), class_name="mt-4"))
    wide = rx.el.div(form, begun, class_name="min-w-0 max-w-[560px] w-full")
    look = "grid gap-4 mt-2 items-start lg:grid-cols-[minmax(0,1fr)_340px]"
    beside = rx.el.div(_answers(row), _instructions(row), class_name=_BESIDE)
    told = (length(row.fields) > 0) | _has_instructions(row)
    return rx.el.div(wide, rx.cond(told, beside), class_name=look)


_BESIDE = "rounded-cover bg-paper border border-line2 p-4 grid gap-4 min-w-0 max-lg:order-first"


def _answers(row: Any) -> rx.Component:
    often = rx.el.p(t("delivery.edition", n=row.edition - 1), class_name="text-sm text-ink2 mb-2")
    words = rx.cond(row.closed, t("begin.show"), t("delivery.box.show"))
    saw = lambda edition: DeliveryState.saw(row.no, edition)  # noqa: E731
    shown = shown_by_press(routes.buyer_fields_url(row.no), row.fields, row.edition, saw, words=words)
    return rx.cond(length(row.fields) > 0, rx.el.div(rx.cond(row.edition > 1, often), shown))


def _has_instructions(row: Any) -> Any:
    return _INSTRUCTIONS.contains(row.slug)


def _instructions(row: Any) -> rx.Component:
    """What the buyer will read with the codes, so that the shop need not say it again."""
    text = plain_text(_INSTRUCTIONS[row.slug])
    folded = more(rx.el.span(t("delivery.instructions")), rx.el.div(text, class_name="text-sm mt-1"))
    return rx.cond(_has_instructions(row), folded)


def _wrong(row: Any, error: Any) -> Any:
    """An error of the form, where it is this order's."""
    return rx.cond(DeliveryState.wrong_no == row.no, error, "")


_FORM = "grid gap-3"


def _codes(row: Any) -> rx.Component:
    """All pieces at once, one code a line; the typed text stays in the page until it was accepted."""
    name = "codes-" + row.no
    size = rx.cond(row.quantity > 1, 5, 2)
    told = {"auto_complete": "off", "spell_check": False, "placeholder": t("delivery.placeholder")}
    box = textarea("codes", id=name, rows=size, **told)
    many = t("delivery.hint", count=row.quantity)
    hint = rx.cond(row.quantity == 1, t("delivery.hint_single"), many)
    wrong = _wrong(row, DeliveryState.codes_error)
    lines = rx.cond(DeliveryState.wrong_no == row.no, wrong_lines(DeliveryState.wrong_lines, name))
    return app_form(
        mark_of(row.no),
        field(t("delivery.codes", count=row.quantity), box, name=name, error=wrong, hint=hint),
        lines,
        rx.el.div(typed_codes(name, row.quantity)),
        _press(t("delivery.deliver"), t("delivery.keys")),
        ask_first("delivery.ask", "codes", no=row.no),
        on_submit=DeliveryState.deliver,
        class_name=_FORM,
    )


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
    return app_form(
        mark_of(row.no),
        text,
        pictures,
        _press(t("receipt.give"), t("delivery.keys_receipt")),
        ask_first("receipt.question", "text", no=row.no),
        on_submit=DeliveryState.receive,
        class_name=_FORM,
    )


def _press(words: Any, keys: Any) -> rx.Component:
    """The button, and what the keyboard does in its place."""
    act = button(words, kind="ink", size="lg", type="submit", class_name="items-start")
    return rx.el.div(act, send_by_keys(keys), class_name="grid gap-1")
