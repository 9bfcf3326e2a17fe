"""One case on the merchant's desk: the request beside what was sold, the time left, one decision (R42, R50, R51)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, button, dialog, dialog_actions, link_button
from cardmall.components.desk import effect, history, time_left
from cardmall.components.feedback import detail_skeleton, info_box, two_columns
from cardmall.components.format import deadline, instant, money
from cardmall.components.forms import chip, chips, field, textarea
from cardmall.components.labels import (
    case_kind,
    case_reason,
    case_status,
    category,
    channel,
    delivery_mode,
    refund_status,
    reject_reason,
    tone,
)
from cardmall.components.rows import status_pill
from cardmall.components.surface import amount, card, fact, facts, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.domain import limits
from cardmall.domain.terms import CaseStatus, Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.merchant_case import MerchantCaseState

_VIEW: Any = MerchantCaseState.view
_CASE: Any = MerchantCaseState.view.case
_ORDER: Any = MerchantCaseState.view.order
_MAY_APPROVE = _CASE.actions.contains("approve")
_MAY_REJECT = _CASE.actions.contains("reject")


def case_page() -> rx.Component:
    waiting = detail_skeleton()
    columns = two_columns([_request(), _decision(), _rejection(), _outcome()], [_facts(), _timeline()])
    content = rx.cond(MerchantCaseState.loaded, rx.fragment(_title(), columns, _question()), waiting)
    missing = MerchantCaseState.loaded & (_ORDER.no == "")
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, missing=missing), here="reviews")


def _title() -> rx.Component:
    state = pill(case_status(_CASE.status), tone(_CASE.status))
    return page_title(
        case_kind(_CASE.kind),
        state,
        crumbs=[(t("merchant.title"), routes.MERCHANT)],
        here=t("merchant.case_no", no=_CASE.no),
    )


def _request() -> rx.Component:
    who = t("merchant.shopper_record", name=_VIEW.shopper, orders=_VIEW.shopper_orders, cases=_VIEW.shopper_cases)
    words = rx.cond(
        _CASE.text != "",
        rx.el.span(_CASE.text, class_name="[overflow-wrap:anywhere] whitespace-pre-line"),
        t("merchant.none"),
    )
    return card(
        facts(
            (t("merchant.shopper"), who),
            (t("merchant.column.reason"), rx.el.b(case_reason(_CASE.reason))),
            (t("merchant.text"), words),
            (t("merchant.asked_at"), instant(_CASE.opened_at)),
            (t("merchant.pieces"), t("merchant.piece_count", count=_CASE.pieces)),
        ),
        title=t("merchant.request"),
    )


def _decision() -> rx.Component:
    over = _CASE.overdue
    left = time_left(
        _CASE.opened_at, _CASE.deadline, over=over, over_word=t("merchant.overdue"), on_end=MerchantCaseState.refresh
    )
    estimated = rx.cond(_CASE.estimated, rx.el.p(t("merchant.estimated"), class_name="text-sm text-ink2"))
    act = button(
        t("merchant.approve_amount", amount=money(_CASE.amount)), kind="seal", size="lg", on_click=MerchantCaseState.ask
    )
    body = rx.el.div(
        rx.el.div(left, estimated, class_name="shrink-0"),
        rx.el.ul(*_effects(), class_name="grid gap-1 list-disc pl-5 text-ink2 min-w-0"),
        class_name="flex max-sm:flex-col gap-4 sm:gap-6",
    )
    late = rx.cond(
        over, rx.el.div(info_box(t("merchant.overdue_line"), tone="seal", icon="clock-alert"), class_name="mb-4")
    )
    sheet = card(late, body, rx.el.div(act, class_name="mt-4"), title=t("merchant.if_approved"))
    return rx.cond(_MAY_APPROVE, sheet)


def _effects() -> list[rx.Component]:
    back = rx.el.li(t("merchant.money_back", amount=money(_CASE.amount), channel=channel(_ORDER.channel)))
    fee = rx.cond(_CASE.fee > 0, rx.el.li(t("merchant.fee_kept", amount=money(_CASE.fee))))
    return [back, rx.el.li(effect(_CASE.kind)), fee]


def _rejection() -> rx.Component:
    """Reasons the platform accepts for this case; text is needed with 其他."""
    reasons = chips(
        "reason", t("merchant.reject_reason"), rx.foreach(_VIEW.reject_reasons, _reason),
        error=MerchantCaseState.reason_error,
    )  # fmt: skip
    words = field(
        t("merchant.reject_text"), textarea("text", rows=3, max_length=limits.TEXT_LENGTH), name="text",
        error=MerchantCaseState.text_error, hint=t("merchant.reject_hint"),
    )  # fmt: skip
    form = rx.el.form(
        reasons, words, rx.el.p(t("merchant.if_rejected_line"), class_name="text-sm text-ink2"),
        rx.el.div(button(t("merchant.reject_now"), kind="outline", size="lg", type="submit")),
        on_submit=MerchantCaseState.reject, class_name="grid gap-4", key=_CASE.no,
    )  # fmt: skip
    return rx.cond(_MAY_REJECT, rx.el.div(card(form, title=t("merchant.if_rejected")), id="reject"))


def _reason(code: Any) -> rx.Component:
    return chip("reason", code, reject_reason(code), default_checked=_VIEW.reject_reasons.length() == 1)


def _outcome() -> rx.Component:
    """The case has ended: what was decided, and what follows."""
    return rx.cond(
        _MAY_APPROVE,
        rx.fragment(),
        rx.match(
            _CASE.status,
            (CaseStatus.approved.value, _result("jade", "circle-check", "approved", _refunds())),
            (CaseStatus.rejected.value, _result("grey", "circle-x", "rejected", _rejected())),
            _result("grey", "info", "other"),
        ),
    )


def _result(colour: str, icon: str, word: str, *more: rx.Component) -> rx.Component:
    at = rx.cond(_CASE.ended_at, rx.fragment(" · ", instant(_CASE.ended_at)), rx.fragment())
    line = rx.match(
        _CASE.status,
        (CaseStatus.withdrawn.value, t("merchant.outcome.withdrawn")),
        t(f"merchant.outcome.{word}"),
    )
    box = info_box(rx.el.b(case_status(_CASE.status)), at, rx.el.p(line), tone=colour, icon=icon)
    back = link_button(t("merchant.back"), href=routes.MERCHANT, kind="outline", size="lg")
    return card(box, *more, rx.el.div(back, class_name="mt-4"), title=t("merchant.result"))


def _refunds() -> rx.Component:
    return rx.el.div(rx.foreach(_ORDER.refunds, _refund), class_name="mt-4 grid gap-2")


def _refund(refund: Any) -> rx.Component:
    return facts(
        (t("merchant.refund"), amount(money(refund.amount), tone="text-jade")),
        (t("merchant.refund_state"), rx.fragment(refund_status(refund.status), " · ", channel(refund.channel))),
    )


def _rejected() -> rx.Component:
    held = rx.cond(_ORDER.hold_until, fact(t("merchant.hold"), t("merchant.hold_until", at=instant(_ORDER.hold_until))))
    return rx.el.div(
        facts(
            (t("merchant.reject_reason"), reject_reason(_CASE.reject_reason)),
            (t("merchant.reject_text"), rx.cond(_CASE.reject_text != "", _CASE.reject_text, t("merchant.none"))),
            held,
        ),
        class_name="mt-4 [overflow-wrap:anywhere]",
    )


def _facts() -> rx.Component:
    pairs: list[tuple[Child, Child] | rx.Component] = [
        (t("merchant.product"), rx.el.span(_ORDER.product, class_name="[overflow-wrap:anywhere]")),
        (t("merchant.category"), rx.fragment(category(_ORDER.category), " · ", delivery_mode(_ORDER.mode))),
        (t("merchant.price"), rx.fragment(money(_ORDER.unit_price), " × ", _ORDER.quantity)),
        (t("merchant.paid"), amount(money(_ORDER.total))),
        (t("merchant.order_no"), rx.el.span(_ORDER.no, class_name="tabular-nums [overflow-wrap:anywhere]")),
        (t("merchant.ordered_at"), instant(_ORDER.created_at)),
        (t("merchant.paid_at"), instant(_ORDER.paid_at)),
        rx.cond(_ORDER.promised_at, fact(t("merchant.promised_at"), deadline(_ORDER.promised_at))),
        rx.cond(_ORDER.delivered_at, fact(t("merchant.delivered_at"), instant(_ORDER.delivered_at))),
        (t("merchant.rule"), _ORDER.activation_rule),
    ]
    cards = rx.cond(_ORDER.cards.length() > 0, fact(t("merchant.cards"), _cards()))
    state = status_pill(_ORDER.pill, _ORDER.tone)
    return card(facts(*pairs, cards), title=t("merchant.order"), aside=state)


def _cards() -> rx.Component:
    return rx.el.div(rx.foreach(_ORDER.cards, _card), class_name="flex flex-wrap gap-1")


def _card(one: Any) -> rx.Component:
    return pill(t_enum("labels.card_status", one.status))


def _timeline() -> rx.Component:
    return card(history(_ORDER.timeline), title=t("merchant.timeline"))


def _question() -> rx.Component:
    yes = button(
        t("merchant.approve_amount", amount=money(_CASE.amount)),
        kind="ink",
        size="lg",
        on_click=MerchantCaseState.approve,
    )
    return dialog(
        rx.el.p(_ORDER.product, " · ", _ORDER.no, class_name="font-semibold [overflow-wrap:anywhere]"),
        rx.el.p(effect(_CASE.kind), class_name="text-ink2 mt-1"), dialog_actions(yes, MerchantCaseState.dismiss),
        title=t("merchant.approve_title", amount=money(_CASE.amount)), is_open=rx.Var.create(MerchantCaseState.asking),
        on_close=MerchantCaseState.dismiss, name="approve",
    )  # fmt: skip


PAGE = {
    "title": t("merchant.title"),
    "component": case_page,
    "route": routes.MERCHANT_CASE,
    "on_load": MerchantCaseState.load,
}
