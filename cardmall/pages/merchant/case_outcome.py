"""The case has ended: what was decided, and what follows for the merchant."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import link_button
from cardmall.components.feedback import info_box
from cardmall.components.format import ends, instant, money
from cardmall.components.labels import case_status, channel_word, refund_status, reject_reason
from cardmall.components.surface import Tone, amount, card, fact, facts
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.rules.cases import OfferKind
from cardmall.domain.terms import CaseStatus
from cardmall.states.merchant.case import MerchantCaseState

_CASE: Any = MerchantCaseState.view.case
_ORDER = MerchantCaseState.view.order


def shop_outcome() -> rx.Component:
    """Nothing while somebody is still awaited."""
    paid_back = t("merchant.outcome.approved")
    settled = choose(
        _CASE.offer_kind,
        (OfferKind.replacement.value, t("answer.outcome.settled_replacement")),
        otherwise=t("answer.outcome.settled_amount"),
    )
    ended = choose(
        _CASE.status,
        (CaseStatus.approved.value, _result("jade", "circle-check", paid_back, _refunds())),
        (CaseStatus.settled.value, _result("jade", "handshake", settled, _refunds())),
        (CaseStatus.ruled_shopper.value, _result("jade", "circle-check", paid_back, _refunds())),
        (CaseStatus.rejected.value, _result("grey", "circle-x", t("merchant.outcome.rejected"), _rejected())),
        (CaseStatus.withdrawn.value, _result("grey", "undo-2", t("merchant.outcome.withdrawn"))),
        otherwise=_result("grey", "info", t("merchant.outcome.other"), _refunds()),
    )
    return rx.cond(_CASE.awaited == "", rx.el.div(ended, data_panel="over"))


def _result(colour: Tone, icon: str, line: Any, *more: rx.Component) -> rx.Component:
    at = rx.cond(_CASE.ended_at, rx.fragment(" · ", instant(_CASE.ended_at)), rx.fragment())
    box = info_box(rx.el.b(case_status(_CASE.status)), at, rx.el.p(line), tone=colour, icon=icon)
    back = link_button(t("merchant.back"), href=routes.MERCHANT, kind="outline", size="lg")
    return card(box, *more, rx.el.div(back, class_name="mt-4"), title=t("merchant.result"))


def _refunds() -> rx.Component:
    return rx.el.div(rx.foreach(_ORDER.refunds, _refund), class_name="mt-4 grid gap-2 empty:hidden")


def _refund(refund: Any) -> rx.Component:
    return facts(
        (t("merchant.refund"), amount(money(refund.amount), tone="text-jade")),
        (t("merchant.refund_state"), rx.fragment(refund_status(refund.status), " · ", channel_word(refund.channel))),
    )


def _rejected() -> rx.Component:
    held = rx.cond(_ORDER.hold_until, fact(t("merchant.hold"), t("merchant.hold_until", at=ends(_ORDER.hold_until))))
    return rx.el.div(
        facts(
            (t("merchant.reject_reason"), reject_reason(_CASE.reject_reason)),
            (t("merchant.reject_text"), rx.cond(_CASE.reject_text != "", _CASE.reject_text, t("merchant.none"))),
            held,
        ),
        class_name="mt-4 [overflow-wrap:anywhere]",
    )
