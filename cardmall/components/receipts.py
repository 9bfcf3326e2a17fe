"""充值回执: what a shop said of the account it topped up, in the place of codes (R94)."""

from typing import Any

import reflex as rx

from cardmall.components import labels
from cardmall.components.pictures import pictures
from cardmall.components.surface import pill
from cardmall.components.text import t, t_enum
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import CardStatus

_RECEIPT = ProductForm.receipt.value


def is_receipt(sold: Any) -> Any:
    """Whether `sold` (a Var with a `form`, of a product, an order or its terms) is delivered by a receipt."""
    return sold.form == _RECEIPT


def delivered_as(sold: Any) -> rx.Component:
    """How an order (a Var with `mode` and `form`) is delivered: "商家发货 · 充值回执"."""
    words = labels.delivery_mode(sold.mode)
    return rx.fragment(words, rx.cond(is_receipt(sold), rx.fragment(" · ", labels.product_form(_RECEIPT))))


def confirm_words(order: Any) -> rx.Var:
    """What says that all is well with an order, a Var of OrderView."""
    return rx.cond(is_receipt(order), t("receipt.confirm"), t("order.act.complete"))


def fault_words(order: Any) -> rx.Var:
    """What leads to the report that something is wrong with it."""
    return rx.cond(is_receipt(order), t("receipt.fault"), t("order.act.fault"))


def receipt_shown(receipt: Any) -> rx.Component:
    """A Var of views.receipts.ReceiptView that was given: its text as it was typed, and its pictures."""
    look = "whitespace-pre-wrap [overflow-wrap:anywhere] rounded-cover bg-paper border border-line2 px-3.5 py-3"
    return rx.el.div(
        rx.el.p(receipt.text, class_name=look), pictures(receipt.pictures), class_name="grid gap-3", data_receipt=""
    )


def cards_title(order: Any) -> rx.Var:
    """Of `card_pills`."""
    return rx.cond(is_receipt(order), t("receipt.title"), t("merchant.cards"))


def card_pills(order: Any) -> rx.Component:
    """A Var of OrderView: what became of each of its cards; a piece of a receipt is no code."""
    stands = rx.foreach(order.cards, lambda one: pill(t_enum("labels.card_status", one.status)))
    pieces = rx.foreach(order.cards, lambda one, n: pill(_piece(one, n)))
    return rx.el.div(rx.cond(is_receipt(order), pieces, stands), class_name="flex flex-wrap gap-1")


def _piece(one: Any, n: Any) -> rx.Component:
    gone = rx.cond(one.status == CardStatus.voided.value, rx.fragment(" · ", labels.card_status(one.status)))
    return rx.fragment(t("receipt.piece", n=n + 1), gone)
