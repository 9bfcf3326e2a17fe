"""One order on its shop's desk, open or ended: work begun, its pieces, money, cases, terms, talk, story (R66, R95)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.buyer_fields import answers_shown, earlier_answers
from cardmall.components.controls import link, link_button
from cardmall.components.desk_orders import desk_pill
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.format import day, full, instant, money
from cardmall.components.gifts import gift_what
from cardmall.components.labels import case_kind, case_reason, case_status, refund_status, tone
from cardmall.components.receipts import receipt_shown
from cardmall.components.surface import amount, card, cover, fact, facts, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_facts import history_card, order_facts_card
from cardmall.pages.merchant.order_parts import pieces_card, terms_card, work_card
from cardmall.pages.talk import talk_card
from cardmall.states.merchant.order import MerchantOrderState

_VIEW: Any = MerchantOrderState.view
_ORDER = _VIEW.order
_MONEY = _VIEW.money


def shop_order_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(MerchantOrderState.loaded, _content(), waiting)
    shown = guarded(content, waiting, Role.merchant, missing=MerchantOrderState.missing)
    return side_frame(Role.merchant, shown, here="orders")


def _content() -> rx.Component:
    work = work_card(_VIEW, MerchantOrderState.begin)
    main = [work, _receipt(), pieces_card(_VIEW), _cases(), _money(), terms_card(_VIEW), talk_card()]
    who = (t("shop_order.shopper"), _VIEW.shopper)
    side = [_fields(), order_facts_card(_ORDER, who, here=True), history_card(_ORDER)]
    return rx.el.div(_title(), two_columns(main, side))


def _receipt() -> rx.Component:
    """What the shop gave in the place of codes."""
    given = t("receipt.at", at=instant(_ORDER.receipt.at))
    shown = card(receipt_shown(_ORDER.receipt), title=t("receipt.title"), aside=given)
    return rx.cond(_ORDER.receipt.at, shown)


def _fields() -> rx.Component:
    go = rx.el.p(link(t("field.where_delivered"), href=routes.MERCHANT_DELIVERY, class_name=_GO), class_name="mt-3")
    shown = [answers_shown(_ORDER.fields.answers), rx.cond(_VIEW.can_deliver, go), earlier_answers(_ORDER.fields)]
    return rx.cond(length(_ORDER.fields.answers) > 0, card(*shown, title=t("field.title")))


_GO = "text-sm underline underline-offset-2 py-2.5 -my-2.5"


def _title() -> rx.Component:
    talk = link_button(t("talk.title_merchant"), href=routes.messages_url(_ORDER.no))
    paper = link_button(t("print.link"), href=routes.print_url(_ORDER.no), kind="ghost")
    give = link_button(t("gift.title"), href=routes.merchant_refund_url(_ORDER.no))
    may_give = _ORDER.paid_at & ~_ORDER.closed_at
    return page_title(
        _ORDER.product,
        desk_pill(_VIEW, _ORDER),
        aside=rx.fragment(paper, rx.cond(may_give, give), talk),
        crumbs=[(t("shop_orders.title"), routes.MERCHANT_ORDERS)],
        here=_ORDER.no,
        mark=cover(_ORDER, size="sm"),
    )


def _cases() -> rx.Component:
    """Its requests and refunds, the newest first, each the way to its own page."""
    offer = rx.cond(_ORDER.transfer.no != "", _offer())
    rows = rx.el.ul(
        offer,
        rx.foreach(_ORDER.cases, _case),
        rx.foreach(_ORDER.refunds, _refund),
        class_name="[&>li+li]:border-t [&>li+li]:border-line2",
    )
    any_there = (length(_ORDER.cases) > 0) | (length(_ORDER.refunds) > 0) | (_ORDER.transfer.no != "")
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


def _case(one: Any) -> rx.Component:
    what = rx.fragment(case_kind(one.kind), " · ", case_reason(one.reason))
    line = rx.fragment(one.no, " · ", instant(one.opened_at))
    state = pill(case_status(one.status), tone(one.status))
    return _entry(what, line, money(one.amount), state, routes.merchant_case_url(one.no), one.no)


def _refund(one: Any) -> rx.Component:
    """One that nobody asked for says why, for which pieces, and with which words to the shopper."""
    is_gift, why = one.gift.of != "", rx.fragment(t("gift.title"), " · ", case_reason(one.gift.reason))
    what = rx.cond(is_gift, why, rx.fragment(t("merchant.refund_state")))
    of = rx.cond(is_gift, rx.fragment(" · ", gift_what(one.gift)))
    line = rx.fragment(one.no, " · ", instant(one.created_at), of)
    state, href = pill(refund_status(one.status), tone(one.status)), routes.refund_url(one.no)
    return _entry(what, line, money(one.amount), state, href, one.no, one.gift.words)


def _offer() -> rx.Component:
    offer = _ORDER.transfer
    state = pill(t_enum("labels.transfer_status", offer.status), "amber")
    return _entry(t("transfer.title"), offer.no, money(_ORDER.total), state, routes.transfer_url(offer.no), offer.no)


def _money() -> rx.Component:
    sums = facts(
        (t("merchant.paid"), amount(money(_ORDER.total))),
        rx.cond(_MONEY.back > 0, fact(t("shop_order.back"), amount(money(_MONEY.back), tone="text-jade"))),
        (t("money.held"), amount(money(_MONEY.held))),
        rx.cond(_MONEY.held > 0, fact(t("shop_order.when"), _when())),
        (t("shop_order.settled"), _settled()),
    )
    rows = rx.el.ul(rx.foreach(_MONEY.rows, _move), class_name="mt-4 grid gap-2 border-t border-line2 pt-3")
    moved = rx.cond(length(_MONEY.rows) > 0, rx.fragment(sums, rows), rx.el.p(_unpaid(), class_name=_NONE))
    return card(moved, title=t("money.title"))


_NONE = "text-sm text-ink2"


def _settled() -> rx.Component:
    at = rx.el.span(" · ", day(_MONEY.settled_at), class_name="text-ink2")
    return rx.fragment(amount(money(_MONEY.paid)), rx.cond(_MONEY.settled_at, at))


def _unpaid() -> rx.Var:
    return rx.cond(_ORDER.closed_at, t("shop_order.never_paid"), t("shop_order.unpaid"))


def _when() -> rx.Component:
    """What keeps the held money, in words; the date where there is one."""
    why = t_enum("shop_order.waits", _MONEY.waits, days=limits.SETTLE_AFTER.days)
    at = rx.el.span(t("money.no_sooner", at=day(_MONEY.at)), class_name="whitespace-nowrap")
    return rx.fragment(
        rx.cond(_MONEY.waits != "", rx.el.span(why, " ")),
        rx.cond(_MONEY.at, at, rx.cond(_MONEY.waits == "", rx.el.span(t("money.coming")))),
    )


def _move(row: Any) -> rx.Component:
    signed = rx.cond(row.amount > 0, "+" + money(row.amount).to(str), money(row.amount))
    told = rx.el.span(
        t_enum("money.entry", row.entry),
        rx.el.span(full(row.at), class_name="block text-sm text-ink2 tabular-nums"),
        class_name="min-w-0 grow",
    )
    return rx.el.li(told, amount(signed), class_name="flex items-baseline gap-3", key=row.id.to(str))


PAGE = {
    "title": t("shop_order.head"),
    "component": shop_order_page,
    "route": routes.MERCHANT_ORDER,
    "on_load": MerchantOrderState.load,
}
