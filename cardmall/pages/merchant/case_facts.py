"""What the merchant decides on: the request, evidence of both sides, this shopper's record here, and the order."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link
from cardmall.components.desk import history
from cardmall.components.evidence import evidence_rounds, judged, system_evidence_card
from cardmall.components.format import day, deadline, instant, money
from cardmall.components.labels import case_kind, case_reason, case_status, category, delivery_mode, tone
from cardmall.components.rows import status_pill
from cardmall.components.surface import amount, card, fact, facts, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.states.merchant.case import MerchantCaseState

_VIEW = MerchantCaseState.view
_CASE: Any = MerchantCaseState.view.case
_ORDER: Any = MerchantCaseState.view.order


def request() -> rx.Component:
    words = rx.cond(
        _CASE.text != "",
        rx.el.span(_CASE.text, class_name="[overflow-wrap:anywhere] whitespace-pre-wrap"),
        t("merchant.none"),
    )
    return card(
        facts(
            (t("merchant.column.reason"), rx.el.b(case_reason(_CASE.reason))),
            (t("merchant.text"), words),
            (t("merchant.asked_at"), instant(_CASE.opened_at)),
            rx.cond(_CASE.judged_at, fact(t("case.judged"), judged(_CASE))),
            (t("merchant.pieces"), t("merchant.piece_count", count=_CASE.pieces, most=_ORDER.quantity)),
            (t("merchant.column.amount"), amount(money(_CASE.amount))),
        ),
        title=t("merchant.request"),
    )


def evidence() -> rx.Component:
    """What both sides handed in, and what the platform itself knows (R42)."""
    system = [rx.el.h3(t("evidence.system"), class_name="font-semibold mb-2"), system_evidence_card(_VIEW.system)]
    known = rx.el.div(*system, class_name="mt-5 pt-4 border-t border-line2")
    return card(evidence_rounds(_VIEW.rounds), known, title=t("evidence.title"))


def shop_record_card() -> rx.Component:
    """This shopper in this shop, never elsewhere; the name masked."""
    told = t("answer.past.orders", name=_VIEW.shopper, orders=_VIEW.shopper_orders, cases=_VIEW.shopper_cases)
    rows = rx.el.ul(rx.foreach(_VIEW.past, _past), class_name="mt-2 [&>li+li]:border-t [&>li+li]:border-line2")
    none = rx.el.p(t("answer.past.none"), class_name="text-sm text-ink2 mt-1")
    return card(rx.el.p(told), rx.cond(length(_VIEW.past) > 0, rows, none), title=t("answer.past.title"))


def _past(one: Any) -> rx.Component:
    same = rx.cond(one.same_order, pill(t("answer.past.same"), "blue"))
    about = rx.el.span(case_kind(one.kind), " · ", case_reason(one.reason), class_name="font-semibold")
    head = rx.el.span(
        about,
        same,
        rx.el.span(pill(case_status(one.status), tone(one.status)), class_name="ml-auto"),
        class_name="flex flex-wrap items-center gap-1.5",
    )
    line = rx.el.span(day(one.opened_at), " · ", one.product, class_name="block text-sm text-ink2 truncate")
    look = "block -mx-2 px-2 py-2 rounded-control hover:bg-grey-bg"
    return rx.el.li(link(head, line, href=routes.merchant_case_url(one.no), class_name=look), key=one.no)


def shop_order_facts() -> rx.Component:
    pairs: list[tuple[Child, Child] | rx.Component] = [
        (t("merchant.product"), rx.el.span(_ORDER.product, class_name="[overflow-wrap:anywhere]")),
        (t("merchant.category"), rx.fragment(category(_ORDER.category), " · ", delivery_mode(_ORDER.mode))),
        (t("merchant.price"), rx.fragment(money(_ORDER.unit_price), " × ", _ORDER.quantity)),
        rx.cond(
            _ORDER.canceled_pieces > 0,
            fact(t("order.canceled_pieces"), t("order.canceled_count", n=_ORDER.canceled_pieces)),
        ),
        (t("merchant.paid"), amount(money(_ORDER.total))),
        (t("merchant.order_no"), rx.el.span(_ORDER.no, class_name="tabular-nums [overflow-wrap:anywhere]")),
        (t("merchant.ordered_at"), instant(_ORDER.created_at)),
        (t("merchant.paid_at"), instant(_ORDER.paid_at)),
        rx.cond(_ORDER.promised_at, fact(t("merchant.promised_at"), deadline(_ORDER.promised_at))),
        rx.cond(_ORDER.delivered_at, fact(t("merchant.delivered_at"), instant(_ORDER.delivered_at))),
        (t("merchant.rule"), _ORDER.terms.activation_rule),
    ]
    cards = rx.cond(length(_ORDER.cards) > 0, fact(t("merchant.cards"), _cards()))
    state = status_pill(_ORDER.pill, _ORDER.tone)
    return card(facts(*pairs, cards), title=t("merchant.order"), aside=state)


def _cards() -> rx.Component:
    return rx.el.div(rx.foreach(_ORDER.cards, _card), class_name="flex flex-wrap gap-1")


def _card(one: Any) -> rx.Component:
    return pill(t_enum("labels.card_status", one.status))


def order_history() -> rx.Component:
    return card(history(_ORDER.timeline), title=t("merchant.timeline"))
