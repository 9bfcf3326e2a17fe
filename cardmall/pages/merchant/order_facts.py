"""An order as sold, on every page of its shop: what, for how much, when, what became of its cards, what happened."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.buyer_fields import answer_fact, earlier_answers
from cardmall.components.controls import Child, link
from cardmall.components.desk import history
from cardmall.components.format import deadline, instant, money
from cardmall.components.labels import category
from cardmall.components.receipts import card_pills, cards_title, delivered_as
from cardmall.components.rows import status_pill
from cardmall.components.surface import amount, card, fact, facts
from cardmall.components.text import t
from cardmall.components.vars import length


def order_facts_card(order: Any, *more: tuple[Child, Child], here: bool = False) -> rx.Component:
    """`order`: Var of an OrderView, without codes. `more`: what one page adds; `here`: on the order's own page."""
    pairs: list[tuple[Child, Child] | rx.Component] = [
        *more,
        (t("merchant.product"), rx.el.span(order.product, class_name="[overflow-wrap:anywhere]")),
        (t("merchant.category"), rx.fragment(category(order.category), " · ", delivered_as(order))),
        (t("merchant.price"), rx.fragment(money(order.unit_price), " × ", order.quantity)),
        rx.cond(
            order.canceled_pieces > 0,
            fact(t("order.canceled_pieces"), t("order.canceled_count", n=order.canceled_pieces)),
        ),
        (rx.cond(order.paid_at, t("merchant.paid"), t("order.to_pay")), amount(money(order.total))),
        (t("merchant.order_no"), rx.el.span(order.no, class_name=_NUMBER) if here else order_link(order.no)),
        (t("merchant.ordered_at"), instant(order.created_at)),
        rx.cond(order.paid_at, fact(t("merchant.paid_at"), instant(order.paid_at))),
        rx.cond(order.promised_at, fact(t("merchant.promised_at"), deadline(order.promised_at))),
        rx.cond(order.delivered_at, fact(t("merchant.delivered_at"), instant(order.delivered_at))),
        rx.cond(order.closed_at, fact(t("print.closed_at"), instant(order.closed_at))),
        (t("merchant.rule"), order.terms.activation_rule),
    ]
    fields = rx.fragment() if here else rx.foreach(order.fields.answers, answer_fact)
    pills = rx.cond(length(order.cards) > 0, fact(cards_title(order), card_pills(order)))
    cards = rx.fragment() if here else pills
    earlier = rx.fragment() if here else earlier_answers(order.fields)
    told = (facts(*pairs, fields, cards), earlier)
    return card(*told, title=t("merchant.order"), aside=status_pill(order.pill, order.tone))


def order_link(no: Any) -> rx.Component:
    """An order's number, as the way to its page on the shop's desk."""
    look = f"{_NUMBER} underline underline-offset-2 py-2.5 -my-2.5"
    return link(no, href=routes.merchant_order_url(no), class_name=look)


_NUMBER = "tabular-nums [overflow-wrap:anywhere]"


def history_card(order: Any) -> rx.Component:
    """What happened, newest first."""
    return card(history(order.timeline), title=t("merchant.timeline"))
