"""Which pieces the request is about, asked only when there is more than one: a number, or the cards by name."""

from typing import Any

import reflex as rx

from cardmall.components import labels
from cardmall.components.format import instant
from cardmall.components.forms import choice_error, field, select
from cardmall.components.receipts import is_receipt
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.states.shopper.cancel import CancelState

_CARDS = CancelState.cards
_PICKED: Any = CancelState.picked
_MOST = CancelState.most
_COUNT: Any = CancelState.count


def piece_choice() -> rx.Component:
    return rx.cond(_MOST > 1, rx.cond(length(_CARDS) > 0, _cards(), _number()), rx.fragment())


def _number() -> rx.Component:
    """Before delivery one piece is like the other."""
    numbers = rx.foreach(rx.Var.range(1, _MOST + 1), _option)
    box = select("pieces", numbers, value=_COUNT.to(str), on_change=CancelState.choose_count)
    rest = rx.cond(_COUNT < _MOST, t("cancel.choice.rest", n=_MOST - _COUNT), t("cancel.choice.whole"))
    label = t("cancel.choice.number")
    return field(label, box, name="pieces", error=CancelState.pieces_error, hint=rest)


def _option(n: Any) -> rx.Component:
    words = rx.cond(n == _MOST, t("cancel.choice.all", n=n), t("cancel.choice.some", n=n, most=_MOST))
    return rx.el.option(words, value=n.to(str))


def _cards() -> rx.Component:
    """By the numbers the order page gives them."""
    rows = rx.el.div(rx.foreach(_CARDS, _card), class_name="grid gap-2 grid-cols-2")
    gone = rx.el.p(t("cancel.choice.gone", cards=CancelState.gone), id="cards-error", class_name="text-sm text-seal")
    named = choice_error("cards", CancelState.pieces_error, t("cancel.choice.none"))
    wrong = rx.cond(CancelState.gone != "", gone, named)
    chosen = t("cancel.choice.chosen", n=length(_PICKED), most=_MOST)
    return rx.el.fieldset(
        rx.el.legend(t_enum("cancel.choice", CancelState.way), class_name="text-h2 font-semibold mb-2.5"),
        rows,
        rx.el.p(chosen, class_name="text-sm text-ink2 mt-1.5"),
        wrong,
        aria_describedby="cards-error",
    )


def _card(one: Any) -> rx.Component:
    ticked = _PICKED.contains(one.id)
    box = rx.el.input(
        type="checkbox",
        checked=ticked,
        on_change=CancelState.choose_card(one.n),
        class_name="size-4 accent-[var(--ink)] shrink-0",
    )
    seen = rx.cond(one.revealed_at, rx.fragment(" · ", t("code.at", at=instant(one.revealed_at))))
    state = rx.el.span(labels.card_status(one.status), seen, class_name="block text-sm text-ink2")
    receipt = is_receipt(CancelState.view)
    name = rx.cond(receipt, t("receipt.piece", n=one.n), t("code.card", n=one.n))
    told = rx.cond(receipt, rx.fragment(), state)
    words = rx.el.span(rx.el.b(name, class_name="font-semibold"), told, class_name="min-w-0")
    look = "touch flex items-center gap-3 rounded-cover border bg-card px-3.5 py-2.5 cursor-pointer "
    chosen = look + "border-ink shadow-[inset_0_0_0_1px_var(--ink)]"
    return rx.el.label(box, words, class_name=rx.cond(ticked, chosen, look + "border-line hover:border-ink3"))
