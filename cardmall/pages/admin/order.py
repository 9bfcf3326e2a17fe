"""One order on the admins' desk: all its shop sees, its buyer masked, every payment; no code (R78, R95)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.buyer_fields import earlier_answers
from cardmall.components.controls import link, link_button
from cardmall.components.desk_orders import desk_pill
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.format import instant, money
from cardmall.components.labels import channel_word, tone
from cardmall.components.receipts import receipt_shown
from cardmall.components.surface import amount, card, cover, fact, facts, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.unmask import field_name, masked_fact
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_cases import cases_card
from cardmall.pages.merchant.order_facts import history_card, order_facts_card
from cardmall.pages.merchant.order_money import order_money_card
from cardmall.pages.merchant.order_parts import pieces_card, terms_card
from cardmall.pages.talk import talk_card
from cardmall.states.admin.order import AdminOrderState

_VIEW: Any = AdminOrderState.view
_DESK = _VIEW.desk
_ORDER = _DESK.order
_LINK = "underline underline-offset-2 py-2.5 -my-2.5 [overflow-wrap:anywhere]"


def admin_order_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(AdminOrderState.loaded, _content(), waiting)
    shown = guarded(content, waiting, Role.admin, missing=AdminOrderState.missing)
    return side_frame(Role.admin, shown, here="orders")


def _content() -> rx.Component:
    cases, sums = cases_card(_ORDER, routes.admin_case_url), order_money_card(_DESK, t("find.settled"))
    main = [_receipt(), pieces_card(_DESK), cases, sums, _payments(), terms_card(_DESK), talk_card()]
    shop = (t("standing.column.shop"), link(_VIEW.shop, href=routes.admin_shop_url(_VIEW.shop_slug), class_name=_LINK))
    side = [_buyer(), _answers(), order_facts_card(_ORDER, shop, here=True), history_card(_ORDER)]
    return rx.el.div(_title(), two_columns(main, side))


def _title() -> rx.Component:
    support = link_button(t("frame.admin.support"), href=routes.admin_support_url(_ORDER.no))
    audit = link_button(t("audit.title"), href=routes.ADMIN_AUDIT + "?number=" + _ORDER.no)
    paper = link_button(t("print.link"), href=routes.print_url(_ORDER.no), kind="ghost")
    return page_title(
        _ORDER.product,
        desk_pill(_DESK, _ORDER),
        aside=rx.fragment(paper, audit, support),
        crumbs=[(t("find.title"), routes.ADMIN_ORDERS)],
        here=_ORDER.no,
        mark=cover(_ORDER, size="sm"),
    )


def _receipt() -> rx.Component:
    """What the shop gave in the place of codes."""
    given = t("receipt.at", at=instant(_ORDER.receipt.at))
    return rx.cond(_ORDER.receipt.at, card(receipt_shown(_ORDER.receipt), title=t("receipt.title"), aside=given))


def _buyer() -> rx.Component:
    """Masked; each value in full for a reason."""
    rows = rx.foreach(
        _VIEW.buyer,
        lambda one: fact(field_name(one), masked_fact(one, kind="order", no=_ORDER.no, name=field_name(one))),
    )
    person = link(t("find.to_person"), href=routes.admin_person_url(_VIEW.person), class_name=f"text-sm {_LINK}")
    return card(facts(rows), rx.el.p(person, class_name="mt-3"), title=t("shop_order.shopper"))


def _answers() -> rx.Component:
    """What the shop asked the buyer for, masked alike."""
    rows = rx.foreach(
        _VIEW.answers, lambda one: fact(one.label, masked_fact(one, kind="order", no=_ORDER.no, name=one.label))
    )
    return rx.cond(length(_VIEW.answers) > 0, card(facts(rows), earlier_answers(_ORDER.fields), title=t("field.title")))


def _payments() -> rx.Component:
    rows = rx.el.ul(rx.foreach(_VIEW.payments, _payment), class_name="[&>li+li]:border-t [&>li+li]:border-line2 -my-2")
    none = rx.el.p(t("shop_order.unpaid"), class_name="text-sm text-ink2")
    return card(rx.cond(length(_VIEW.payments) > 0, rows, none), title=t("find.payments"))


def _payment(one: Any) -> rx.Component:
    when = rx.cond(one.captured_at, instant(one.captured_at), instant(one.created_at))
    who = rx.cond(one.payer != "", rx.fragment(" · ", one.payer), "")
    trade = rx.cond(one.trade_no != "", rx.fragment(" · ", t("find.trade", no=one.trade_no)), "")
    told = rx.el.span(
        rx.el.span(channel_word(one.channel), who, class_name="block font-semibold"),
        rx.el.span(one.no, " · ", when, trade, class_name="block text-sm text-ink2 [overflow-wrap:anywhere]"),
        class_name="min-w-0 grow basis-40",
    )
    odd = rx.cond(one.odd, pill(t("find.odd"), "seal"))
    state = rx.el.span(odd, pill(t_enum("labels.payment_status", one.status), tone(one.status)), class_name=_PILLS)
    look = "flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5"
    return rx.el.li(told, amount(money(one.amount)), state, class_name=look, key=one.no)


_PILLS = "inline-flex gap-1.5"

PAGE = {
    "title": t("shop_order.head"),
    "component": admin_order_page,
    "route": routes.ADMIN_ORDER,
    "on_load": AdminOrderState.load,
}
