"""What nobody has to prove, each fact with its record; the order; and how the same was ruled before."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.buyer_fields import answer_fact, earlier_answers
from cardmall.components.controls import link
from cardmall.components.evidence import judged
from cardmall.components.format import day, duration, instant, money
from cardmall.components.labels import case_status, category, tone
from cardmall.components.receipts import card_pills, cards_title
from cardmall.components.rows import status_pill
from cardmall.components.surface import amount, card, fact, facts, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.states.admin.case import AdminCaseState

_VIEW = AdminCaseState.view
_CASE: Any = AdminCaseState.view.case
_ORDER: Any = AdminCaseState.view.order


def proven_facts() -> rx.Component:
    rows = rx.el.ul(rx.foreach(_VIEW.facts, _fact), class_name="[&>li+li]:border-t [&>li+li]:border-line2 -my-1")
    return card(rows, title=t("ruling.facts"))


def _fact(one: Any) -> rx.Component:
    mark = rx.cond(
        one.yes,
        rx.icon("check", size=16, class_name="text-jade shrink-0 mt-[3px]", aria_hidden="true"),
        rx.icon("minus", size=16, class_name="text-ink2 shrink-0 mt-[3px]", aria_hidden="true"),
    )
    code = one.code + rx.cond(one.yes, "_yes", "_no")
    told = {"n": one.n, "of": one.of, "time": duration(one.minutes), "amount": money(one.amount)}
    words = rx.el.span(t_enum("ruling.fact", code, **told), class_name="grow min-w-0")
    ledger = rx.el.span(t("ruling.ledger"), class_name="text-sm text-ink2 shrink-0")
    where = rx.cond(one.event > 0, _record(one.event), ledger)
    return rx.el.li(mark, words, where, class_name="flex items-start gap-2.5 py-2", data_fact=code)


def _record(event: Any) -> rx.Component:
    """The record a fact stands on, further down this page."""
    return rx.el.a(
        t("ruling.event", id=event),
        href="#event-" + event.to(str),
        aria_label=t("ruling.event_label", id=event),
        class_name="text-sm text-ink2 underline underline-offset-2 tabular-nums shrink-0 py-2 -my-2",
    )


def appeal_order_facts() -> rx.Component:
    name = link(_ORDER.product, href=routes.admin_order_url(_ORDER.no), class_name="font-semibold hover:underline")
    pairs = facts(
        (t("merchant.product"), name),
        (t("merchant.order_no"), _ORDER.no),
        (t("merchant.category"), category(_ORDER.category)),
        (t("merchant.paid"), amount(money(_ORDER.total))),
        (t("merchant.pieces"), t("merchant.piece_count", count=_CASE.pieces, most=_ORDER.quantity)),
        (t("merchant.column.amount"), amount(money(_CASE.paid))),
        rx.cond(_CASE.judged_at, fact(t("case.judged"), judged(_CASE))),
        rx.cond(_ORDER.paid_at, fact(t("merchant.paid_at"), instant(_ORDER.paid_at))),
        rx.cond(_ORDER.delivered_at, fact(t("merchant.delivered_at"), instant(_ORDER.delivered_at))),
        (t("merchant.rule"), _ORDER.terms.activation_rule),
        rx.foreach(_ORDER.fields.answers, answer_fact),
        rx.cond(length(_ORDER.cards) > 0, fact(cards_title(_ORDER), card_pills(_ORDER))),
    )
    pill_ = status_pill(_ORDER.pill, _ORDER.tone)
    return card(pairs, earlier_answers(_ORDER.fields), title=t("merchant.order"), aside=pill_)


def precedents() -> rx.Component:
    rows = rx.el.ul(rx.foreach(_VIEW.precedents, _precedent), class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    none = rx.el.p(t("ruling.precedents_none"), class_name="text-ink2")
    some = rx.cond(length(_VIEW.precedents) > 0, rows, none)
    return card(some, title=t("ruling.precedents"), aside=t("ruling.precedents_line"))


def _precedent(one: Any) -> rx.Component:
    got = t("ruling.got", amount=money(one.amount), paid=money(one.paid))
    head = rx.el.span(
        pill(case_status(one.status), tone(one.status)),
        rx.el.span(got, class_name="tabular-nums"),
        rx.el.span(day(one.at), class_name="text-sm text-ink2 ml-auto"),
        class_name="flex flex-wrap items-center gap-2",
    )
    ground = rx.el.span(one.ground, class_name="block mt-1 line-clamp-3 whitespace-pre-wrap [overflow-wrap:anywhere]")
    about = rx.el.span(one.product, " · ", one.shop, " · ", one.shopper, class_name="block text-sm text-ink2 truncate")
    look = "block -mx-2 px-2 py-2.5 rounded-control hover:bg-grey-bg"
    return rx.el.li(link(head, ground, about, href=routes.admin_case_url(one.no), class_name=look), key=one.no)
