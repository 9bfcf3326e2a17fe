"""One order on paper, for whoever may see it: facts, what happened, what was said, each case (R34)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.controls import Child, button_look, link_button
from cardmall.components.feedback import detail_skeleton, info_box
from cardmall.components.format import exact, instant, money
from cardmall.components.gifts import gift_facts
from cardmall.components.pictures import pictures
from cardmall.components.receipts import is_receipt, receipt_shown
from cardmall.components.rows import status_pill
from cardmall.components.shell import print_button
from cardmall.components.surface import fact, facts, page_title
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.whose import order_here
from cardmall.states.shopper.printout import PrintState

_SHEET = PrintState.sheet
_ORDER = PrintState.sheet.order
_TALK = PrintState.sheet.talk
_QUOTE = "whitespace-pre-wrap [overflow-wrap:anywhere]"


def print_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(PrintState.loaded, _content(), waiting)
    return shop_frame(guarded(content, waiting, missing=PrintState.missing), desk=True)


def _content() -> rx.Component:
    parts = [_head(), _facts(), _receipt(), _refunds(), rx.foreach(_SHEET.sheets, _case), _talk(), _story(), _foot()]
    paper = rx.el.article(
        *parts, class_name="print-sheet bg-card border border-line rounded-card p-5 sm:p-8 grid gap-7"
    )
    return rx.el.div(_bar(), paper, class_name="max-w-[820px] mx-auto")


def _bar() -> rx.Component:
    act = print_button(t("print.act"), button_look("seal", "lg"))
    back = link_button(t("print.back"), href=order_here(_ORDER.no), size="lg")
    line = rx.el.p(t("print.line"), class_name="text-sm text-ink2 sm:ml-auto")
    return rx.el.div(act, back, line, class_name="no-print flex flex-wrap items-center gap-3 mb-4")


def _head() -> rx.Component:
    state = status_pill(_ORDER.pill, _ORDER.tone)
    line = t("print.printed", at=exact(_SHEET.printed_at))
    return rx.el.header(
        page_title(t("print.title", no=_ORDER.no), state), rx.el.p(line, class_name="text-sm text-ink2 -mt-4")
    )


def _part(title: Child, *children: Child) -> rx.Component:
    head = rx.el.h2(title, class_name="text-h2 font-semibold mb-2.5 pb-1.5 border-b border-line")
    return rx.el.section(head, *children, class_name="min-w-0")


def _facts() -> rx.Component:
    channel = rx.fragment(labels.channel_word(_ORDER.channel), rx.cond(_ORDER.payer != "", " · " + _ORDER.payer, ""))
    return _part(
        t("order.facts"),
        facts(
            (t("order.no"), _ORDER.no),
            (t("print.product"), _ORDER.product),
            (t("order.category"), labels.category(_ORDER.category)),
            (t("order.shop"), _ORDER.shop),
            (t("print.shopper"), _TALK.shopper),
            (t("print.price"), rx.fragment(money(_ORDER.unit_price), " × ", _ORDER.quantity)),
            _if(
                _ORDER.canceled_pieces > 0,
                t("order.canceled_pieces"),
                t("order.canceled_count", n=_ORDER.canceled_pieces),
            ),
            (t("print.total"), rx.el.b(money(_ORDER.total))),
            _if(_ORDER.channel != "", t("order.pay_channel"), channel),
            _if(_ORDER.trade_no != "", t("order.trade_no"), _ORDER.trade_no),
            (t("order.created"), exact(_ORDER.created_at)),
            _if(_ORDER.paid_at, t("order.paid_at"), exact(_ORDER.paid_at)),
            _if(_ORDER.promised_at, t("order.promised_at"), exact(_ORDER.promised_at)),
            _if(_ORDER.delivered_at, t("order.delivered_at"), exact(_ORDER.delivered_at)),
            _if(_ORDER.revealed_at & ~is_receipt(_ORDER), t("print.revealed_at"), exact(_ORDER.revealed_at)),
            _if(_ORDER.closed_at, t("print.closed_at"), exact(_ORDER.closed_at)),
            (t("order.rule"), _ORDER.terms.activation_rule),
        ),
    )


def _if(known: Any, name: Child, value: Child) -> rx.Component:
    return rx.cond(known, fact(name, value))


def _receipt() -> rx.Component:
    return rx.cond(_ORDER.receipt.at, _part(t("receipt.title"), receipt_shown(_ORDER.receipt)))


def _refunds() -> rx.Component:
    return rx.cond(
        length(_ORDER.refunds) > 0,
        _part(t("order.refund.title"), rx.el.div(rx.foreach(_ORDER.refunds, _refund), class_name="grid gap-4")),
    )


def _refund(one: Any) -> rx.Component:
    state = rx.fragment(labels.refund_status(one.status), " · ", labels.channel_word(one.channel), " ", one.payer)
    return facts(
        (t("order.refund.no"), one.no),
        (t("order.refund.amount"), rx.el.b(money(one.amount))),
        *gift_facts(one),
        (t("print.state"), state),
        _if(one.trace_no != "", t("order.refund.trace"), one.trace_no),
        (t("order.refund.asked"), exact(one.created_at)),
        _if(one.succeeded_at, t("order.refund.bank"), exact(one.succeeded_at)),
    )


def _case(sheet: Any) -> rx.Component:
    case = sheet.case
    head = facts(
        (t("order.case.kind"), rx.fragment(labels.case_kind(case.kind), " · ", labels.case_status(case.status))),
        (t("order.case.reason"), labels.case_reason(case.reason)),
        (t("order.case.amount"), money(case.amount)),
        (t("order.case.opened"), exact(case.opened_at)),
        _if(case.reject_reason != "", t("order.case.rejected"), labels.reject_reason(case.reject_reason)),
        _if(case.ended_at, t("print.ended_at"), exact(case.ended_at)),
    )
    rounds = rx.el.ol(rx.foreach(sheet.rounds, _round), class_name="grid gap-3 mt-3")
    return rx.el.div(_part(t("print.case", no=case.no), head, rounds), key=case.no)


def _round(one: Any, n: Any) -> rx.Component:
    """What one side said at one step; a frozen conversation stands below as part of this page."""
    offered = rx.cond(one.amount > 0, rx.fragment(" · ", money(one.amount)))
    frozen = rx.cond(length(one.conversation) > 0, rx.fragment(" · ", t("print.frozen", n=length(one.conversation))))
    return _said(labels.round_kind(one.kind), labels.role(one.role), one, offered, frozen, key=n)


def _said(title: Child, who: Child, one: Any, *more: Child, key: Any) -> rx.Component:
    head = rx.el.div(
        rx.el.b(title, class_name="font-semibold"),
        " · ",
        who,
        " · ",
        rx.el.time(instant(one.at)),
        *more,
        class_name="text-sm",
    )
    words = rx.cond(one.text != "", rx.el.p(one.text, class_name=_QUOTE + " pl-3 border-l-2 border-line mt-0.5"))
    shots = rx.cond(length(one.pictures) > 0, rx.el.div(pictures(one.pictures), class_name="mt-1.5"))
    return rx.el.li(head, words, shots, key=key, class_name="break-inside-avoid")


def _talk() -> rx.Component:
    rows = rx.el.ol(rx.foreach(_TALK.messages, _message), class_name="grid gap-3")
    none = rx.el.p(t("talk.empty"), class_name="text-ink2")
    return _part(t("print.talk"), rx.cond(length(_TALK.messages) > 0, rows, none))


def _message(one: Any) -> rx.Component:
    name = choose(one.role, ("shopper", _TALK.shopper), otherwise=_TALK.shop)
    read = rx.fragment(" · ", rx.cond(one.read, t("talk.read"), t("talk.unread")))
    flagged = rx.cond(length(one.contacts) > 0, rx.fragment(" · ", rx.el.b(t("print.flagged"))))
    return _said(labels.role(one.role), name, one, read, flagged, key=one.id)


def _story() -> rx.Component:
    return _part(t("order.story"), rx.el.ol(rx.foreach(_ORDER.timeline, _event), class_name="grid gap-2"))


def _event(one: Any, n: Any) -> rx.Component:
    line = rx.fragment(rx.el.time(exact(one.at), class_name="text-ink2 tabular-nums"), " ", labels.role(one.role))
    note = rx.cond(one.note != "", rx.el.p(one.note, class_name=_QUOTE + " text-sm text-ink2"))
    words = rx.el.div(rx.el.b(t_enum("timeline", one.verb), class_name="font-semibold"), note)
    look = "grid sm:grid-cols-[210px_1fr] gap-x-3 break-inside-avoid"
    return rx.el.li(rx.el.div(line, class_name="text-sm"), words, key=n, class_name=look)


def _foot() -> rx.Component:
    return info_box(t("print.foot"), tone="grey", icon="info")


PAGE = {
    "title": t("print.head"),
    "component": print_page,
    "route": routes.ORDER_PRINT,
    "on_load": PrintState.load,
}
