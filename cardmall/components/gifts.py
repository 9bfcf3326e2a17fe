"""What a merchant gave back unasked: nobody asked for it, so nobody agreed to anything (R96)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.controls import link
from cardmall.components.format import exact, money
from cardmall.components.surface import amount, card, fact, facts
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.gifts import GiftOf
from cardmall.domain.terms import CaseKind


def is_gift(case: Any) -> Any:
    """A Var of a CaseView, or of a row with its kind."""
    return case.kind == CaseKind.gift.value


def case_stand(case: Any) -> Any:
    """Where a case stands, in a word: a gift was carried out, and not agreed to."""
    return rx.cond(is_gift(case), t("gift.status"), labels.case_status(case.status))


def gift_what(gift: Any) -> rx.Component:
    """Which pieces became void or were canceled, or that they stay. `gift`: Var of a GiftTold."""
    places = rx.foreach(gift.places, lambda n: rx.fragment(t("receipt.piece", n=n), " "))
    return choose(
        gift.of,
        (GiftOf.pieces.value, rx.fragment(t("gift.told.pieces", n=gift.pieces))),
        (GiftOf.cards.value, rx.fragment(places, t("gift.told.cards"))),
        otherwise=rx.fragment(t("gift.told.amount")),
    )


def gift_facts(one: Any) -> list[rx.Component]:
    """Why, what and with which words, where a refund is a gift. `one`: Var of a RefundView."""
    is_one, words = one.gift.of != "", rx.el.span(one.gift.words, class_name=_QUOTE)
    return [
        rx.cond(is_one, fact(t("gift.reason"), labels.case_reason(one.gift.reason))),
        rx.cond(is_one, fact(t("case.pieces"), gift_what(one.gift))),
        rx.cond(one.gift.words != "", fact(t("gift.text"), words)),
    ]


_QUOTE = "whitespace-pre-wrap [overflow-wrap:anywhere]"


def gift_card(case: Any, order: Any) -> rx.Component:
    """The gift a page of a case is about, and its refund, which `order` knows: Var of an OrderView."""
    rows = rx.foreach(order.refunds, lambda one: rx.cond(one.gift.case == case.id, _sheet(one)))
    return card(rx.el.div(rows, class_name="grid gap-4"), title=t("gift.title"))


def _sheet(one: Any) -> rx.Component:
    to = rx.fragment(labels.channel_word(one.channel), " ", one.payer)
    no = link(one.no, href=routes.refund_url(one.no), class_name="underline underline-offset-2")
    return facts(
        (t("refund.amount"), amount(money(one.amount), tone="text-jade")),
        *gift_facts(one),
        (t("refund.no"), no),
        (t("refund.to"), to),
        (t("print.state"), labels.refund_status(one.status)),
        (t("refund.asked"), exact(one.created_at)),
    )
