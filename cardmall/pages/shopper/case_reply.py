"""The shopper's turn: evidence the merchant asked for, or the answer to a counter-offer."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.answers import offer_sums
from cardmall.components.codes import typed_count
from cardmall.components.controls import button
from cardmall.components.format import money
from cardmall.components.forms import app_form, checkbox, field, text_input, textarea
from cardmall.components.pictures import picture_box
from cardmall.components.surface import card
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.pages.shopper.case_panel import CASE, ORDER, VIEW
from cardmall.states.shopper.case import CaseState


def offer_card() -> rx.Component:
    """Both sides' sums, or what the replacement means; one yes, one no."""
    body = rx.cond(
        CASE.offer_kind == "amount", offer_sums(CASE), rx.el.p(t("case.offer.replacement"), class_name="text-ink")
    )
    accept = button(t("case.offer.accept"), on_click=CaseState.ask("accept"), kind="seal", size="lg")
    decline = button(t("case.offer.decline"), on_click=CaseState.ask("decline"), size="lg")
    acts = rx.el.div(accept, decline, class_name="flex flex-wrap gap-3 mt-4")
    sheet = card(body, acts, title=t("case.offer.title"))
    return rx.cond(CASE.actions.contains("accept"), sheet)


def answer_card() -> rx.Component:
    """Words, pictures, the conversation: any of them; what was typed stays when something is wrong."""
    words = field(t("case.answer.text"), textarea("text"), name="text", error=CaseState.text_error)
    count = rx.el.div(typed_count("text", limits.TEXT_LENGTH), class_name="text-right mt-1")
    form = app_form(
        rx.el.div(words, count),
        picture_box(routes.pictures_url(ORDER.no), error=CaseState.pictures_error),
        rx.cond(CaseState.talked, checkbox("conversation", t("evidence.attach_talk"))),
        rx.el.div(button(_send_words(), type="submit", kind="seal", size="lg")),
        on_submit=CaseState.answer,
        class_name="grid gap-4",
        key=rx.Var.create(CaseState.sent),
    )
    title = rx.cond(CASE.actions.contains("respond"), t("case.answer.title_appeal"), t("case.answer.title"))
    mine = CASE.actions.contains("answer") | CASE.actions.contains("respond")
    return rx.cond(mine, card(form, title=title))


def _send_words() -> rx.Var[str]:
    spoken: Any = rx.cond(CASE.actions.contains("respond"), t("case.answer.send_appeal"), t("case.answer.send"))
    return spoken


def partial_card() -> rx.Component:
    """After a rejection: less, asked for once (R54)."""
    most = t("case.partial.hint", most=money(VIEW.partial_most))
    area = textarea("text", id="partial-text", rows=2)
    words = field(t("case.partial.text"), area, name="partial-text", error=CaseState.text_error, optional=True)
    box = text_input("amount", input_mode="decimal", auto_complete="off", placeholder="0.00")
    form = app_form(
        field(t("case.partial.amount"), box, name="amount", error=CaseState.amount_error, hint=most),
        words,
        rx.el.div(button(t("case.partial.send"), type="submit", kind="outline", size="lg")),
        on_submit=CaseState.ask_partial,
        class_name="grid gap-4 max-w-[420px]",
    )
    sheet = rx.el.div(card(form, title=t("case.partial.title")), id="partial", class_name="scroll-mt-4")
    return rx.cond(VIEW.partial_most > 0, sheet)
