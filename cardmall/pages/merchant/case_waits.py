"""The case waits for somebody else: what the shopper was asked or offered and until when, or the platform's ruling."""

from typing import Any

import reflex as rx

from cardmall.components.controls import button
from cardmall.components.feedback import info_box
from cardmall.components.format import countdown, deadline, money, time_bar
from cardmall.components.labels import offer_kind
from cardmall.components.surface import action_bar, card
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.rules.cases import OfferKind, RoundKind
from cardmall.domain.terms import Role
from cardmall.states.merchant.case import MerchantCaseState

_VIEW: Any = MerchantCaseState.view
_CASE: Any = MerchantCaseState.view.case
_ANSWER = int(limits.ANSWER_WITHIN.total_seconds())


def waits() -> rx.Component:
    """Whose turn it is, when it is not the merchant's."""
    turns = {"asked": _asked(), Role.shopper.value: _shopper(), Role.admin.value: _platform()}
    shown = [(turn, rx.el.div(told, data_panel="waits")) for turn, told in turns.items()]
    whose = rx.cond(_CASE.actions.contains("decline"), "asked", _CASE.awaited)
    return choose(whose, *shown, otherwise=rx.fragment())


def _shopper() -> rx.Component:
    until = rx.el.p(
        countdown(_CASE.deadline, "reply", total=_ANSWER, on_end=MerchantCaseState.refresh, class_name="font-semibold"),
        rx.el.span(" · ", t("merchant.until", at=deadline(_CASE.deadline)), class_name="text-ink2"),
    )
    said = rx.cond(
        _VIEW.pending.text != "",
        rx.el.blockquote(
            _VIEW.pending.text,
            class_name="border-l-2 border-line pl-3 mt-1 whitespace-pre-wrap [overflow-wrap:anywhere]",
        ),
    )
    asked = rx.el.div(rx.el.p(_pending(), class_name="font-semibold"), said, class_name="mt-3")
    after = [rx.el.p(t(f"answer.wait.{line}")) for line in ("back", "still")]
    notes = rx.el.div(*after, class_name="text-sm text-ink2 mt-3")
    bar = time_bar(_CASE.deadline, total=_ANSWER)
    return card(until, bar, rx.cond(_VIEW.pending, asked), notes, title=t("answer.wait.shopper"))


def _pending() -> Any:
    """What lies with the shopper: a question, an amount, or other cards."""
    what = choose(_CASE.offer_kind, (OfferKind.amount.value, _sums()), otherwise=offer_kind(_CASE.offer_kind))
    offered = t("answer.wait.offered_line", what=what)
    return choose(_VIEW.pending.kind, (RoundKind.offered.value, offered), otherwise=t("answer.wait.asked_line"))


def _sums() -> rx.Var[str]:
    return t("answer.split", shopper=money(_CASE.offer_amount), shop=money(_CASE.offer_rest))


def _asked() -> rx.Component:
    """部分退款 the shopper asked for after the rejection: yes or no."""
    told = t("answer.partial.line", amount=money(_CASE.offer_amount), rest=money(_CASE.offer_rest))
    until = rx.el.p(t("merchant.until", at=deadline(_CASE.deadline)), class_name="text-sm text-ink2 mt-1")
    yes = button(
        t("answer.partial.yes", amount=money(_CASE.offer_amount)),
        kind="seal",
        size="lg",
        on_click=MerchantCaseState.ask("accept"),
    )
    no = button(t("answer.partial.no"), size="lg", on_click=MerchantCaseState.ask("decline"))
    said = rx.cond(_VIEW.pending.text != "", rx.el.p(t("kit.quoted", text=_VIEW.pending.text), class_name="mt-2"))
    return card(rx.el.p(told), said, until, action_bar(yes, no), title=t("answer.partial.title"))


def _platform() -> rx.Component:
    """The merchant has no say any more but one: to give in."""
    words = [rx.el.b(t("answer.appeal.title")), rx.el.p(t("answer.appeal.line", at=deadline(_CASE.deadline)))]
    box = info_box(*words, tone="amber", icon="scale")
    act = button(
        t("answer.appeal.concede", amount=money(_CASE.paid)),
        kind="seal",
        size="lg",
        on_click=MerchantCaseState.ask("concede"),
    )
    mine = rx.el.div(rx.el.p(t("answer.appeal.mine"), class_name="text-ink2"), action_bar(act), class_name="mt-4")
    return card(box, rx.cond(_CASE.actions.contains("concede"), mine))
