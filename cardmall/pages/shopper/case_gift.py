"""A gift on the page of a case: what the merchant gave, why, and where the money is (R96)."""

import reflex as rx

from cardmall.components.feedback import info_box
from cardmall.components.format import money
from cardmall.components.gifts import gift_card
from cardmall.components.text import t, t_enum
from cardmall.domain.terms import RefundCause
from cardmall.pages.shopper.case_panel import CASE, ORDER


def gift_panel() -> rx.Component:
    """Nobody asked: there is nothing to wait for, and nothing to do."""
    head = rx.el.b(t_enum("labels.refund_cause", RefundCause.gift.value), class_name="text-h2 font-semibold")
    line = rx.el.p(t("case.panel_line.approved", amount=money(CASE.amount)), class_name="text-sm text-ink")
    return rx.el.div(info_box(head, line, tone="jade", icon="circle-check", top=True), data_panel="gift")


def gift_told() -> rx.Component:
    """Why, for which pieces, with which words, and the refund."""
    return gift_card(CASE, ORDER)
