"""What the shop asked for with the order, and how its buyer corrects it until delivery (R86)."""

from typing import Any

import reflex as rx

from cardmall.components.buyer_fields import answer_inputs, answers_shown, earlier_answers
from cardmall.components.controls import button
from cardmall.components.forms import app_form
from cardmall.components.surface import card
from cardmall.components.text import t, t_enum
from cardmall.states.shopper.order import OrderState

VIEW: Any = OrderState.view  # a Var of the browser, not the value
_FIELDS = VIEW.fields


def answers_card() -> rx.Component:
    why = rx.el.p(t_enum("field.why", _FIELDS.why), class_name="text-sm text-ink2 mt-3")
    go = rx.el.div(button(t("field.correct"), on_click=OrderState.open_answers(True)), class_name="mt-3")
    told = rx.fragment(
        answers_shown(_FIELDS.answers),
        rx.cond(_FIELDS.can_correct, go, rx.cond(_FIELDS.why != "", why)),
        earlier_answers(_FIELDS),
    )
    is_open = OrderState.correcting & _FIELDS.can_correct
    return card(rx.cond(is_open, _form(), told), title=t("field.title"))


def _form() -> rx.Component:
    acts = rx.el.div(
        button(t("field.save"), type="submit", kind="ink"),
        button(t("field.keep"), on_click=OrderState.open_answers(False), kind="ghost"),
        class_name="flex flex-wrap gap-2 mt-4",
    )
    return app_form(answer_inputs(OrderState.asked, OrderState.answers_wrong), acts, on_submit=OrderState.correct)
