"""What was asked for with an order, and what goes back: requests, refunds, an offer to pass it on."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import link
from cardmall.components.format import instant, money
from cardmall.components.gifts import gift_what
from cardmall.components.labels import case_kind, case_reason, case_status, refund_status, tone
from cardmall.components.surface import amount, card, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length


def cases_card(order: Any, case_url: Callable[[Any], Any]) -> rx.Component:
    """Its requests and refunds, the newest first, each the way to its own page, `case_url` to that of a case."""
    offer = rx.cond(order.transfer.no != "", _offer(order))
    rows = rx.el.ul(
        offer,
        rx.foreach(order.cases, lambda one: _case(one, case_url(one.no))),
        rx.foreach(order.refunds, _refund),
        class_name="[&>li+li]:border-t [&>li+li]:border-line2",
    )
    any_there = (length(order.cases) > 0) | (length(order.refunds) > 0) | (order.transfer.no != "")
    none = rx.el.p(t("shop_order.no_cases"), class_name="text-sm text-ink2")
    return card(rx.cond(any_there, rows, none), title=t("shop_order.cases"))


_ROW = "flex flex-wrap items-center gap-x-3 gap-y-1 -mx-2 px-2 py-2.5 rounded-control hover:bg-grey-bg"


def _entry(what: Any, line: Any, fen: Any, state: rx.Component, href: Any, key: Any, words: Any = "") -> rx.Component:
    told = rx.el.span(
        rx.el.span(what, class_name="font-semibold block"),
        rx.el.span(line, class_name=_LINE),
        rx.cond(words != "", rx.el.span(words, class_name=f"{_LINE} whitespace-pre-wrap")),
        class_name="min-w-0 grow basis-40",
    )
    return rx.el.li(link(told, amount(fen), state, href=href, class_name=_ROW), key=key)


_LINE = "text-sm text-ink2 block [overflow-wrap:anywhere]"


def _case(one: Any, href: Any) -> rx.Component:
    what = rx.fragment(case_kind(one.kind), " · ", case_reason(one.reason))
    line = rx.fragment(one.no, " · ", instant(one.opened_at))
    state = pill(case_status(one.status), tone(one.status))
    return _entry(what, line, money(one.amount), state, href, one.no)


def _refund(one: Any) -> rx.Component:
    """One that nobody asked for says why, for which pieces, and with which words to the shopper."""
    is_gift, why = one.gift.of != "", rx.fragment(t("gift.title"), " · ", case_reason(one.gift.reason))
    what = rx.cond(is_gift, why, rx.fragment(t("merchant.refund_state")))
    of = rx.cond(is_gift, rx.fragment(" · ", gift_what(one.gift)))
    line = rx.fragment(one.no, " · ", instant(one.created_at), of)
    state, href = pill(refund_status(one.status), tone(one.status)), routes.refund_url(one.no)
    return _entry(what, line, money(one.amount), state, href, one.no, one.gift.words)


def _offer(order: Any) -> rx.Component:
    offer = order.transfer
    state = pill(t_enum("labels.transfer_status", offer.status), "amber")
    return _entry(t("transfer.title"), offer.no, money(order.total), state, routes.transfer_url(offer.no), offer.no)
