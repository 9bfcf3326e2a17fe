"""What the merchant decides on: the request, evidence of both sides, this shopper's record here, and the order."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.approval import by_version
from cardmall.components.controls import link
from cardmall.components.evidence import evidence_rounds, judged, system_evidence_card
from cardmall.components.format import day, instant, money
from cardmall.components.labels import case_kind, case_reason, case_status, tone
from cardmall.components.surface import amount, card, fact, facts, pill
from cardmall.components.text import t
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
            by_version(_CASE),
            rx.cond(_CASE.judged_at, fact(t("case.judged"), judged(_CASE))),
            (t("merchant.pieces"), t("merchant.piece_count", count=_CASE.pieces, most=_ORDER.quantity)),
            (t("merchant.column.amount"), amount(money(_CASE.amount))),
        ),
        title=t("merchant.request"),
    )


def evidence() -> rx.Component:
    """What both sides handed in, and what the platform itself knows (R42)."""
    shown = system_evidence_card(_VIEW.system, _ORDER)
    system = [rx.el.h3(t("evidence.system"), class_name="font-semibold mb-2"), shown]
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
