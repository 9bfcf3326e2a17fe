"""One order on its shop's desk, open or ended: work begun, its pieces, money, cases, terms, talk, story (R66, R95)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.buyer_fields import answers_shown, earlier_answers
from cardmall.components.controls import link, link_button
from cardmall.components.desk_orders import desk_pill
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.format import instant
from cardmall.components.receipts import receipt_shown
from cardmall.components.surface import card, cover, page_title
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.order_cases import cases_card
from cardmall.pages.merchant.order_facts import history_card, order_facts_card
from cardmall.pages.merchant.order_money import order_money_card
from cardmall.pages.merchant.order_parts import pieces_card, terms_card, work_card
from cardmall.pages.talk import talk_card
from cardmall.states.merchant.order import MerchantOrderState

_VIEW: Any = MerchantOrderState.view
_ORDER = _VIEW.order


def shop_order_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(MerchantOrderState.loaded, _content(), waiting)
    shown = guarded(content, waiting, Role.merchant, missing=MerchantOrderState.missing)
    return side_frame(Role.merchant, shown, here="orders")


def _content() -> rx.Component:
    work = work_card(_VIEW, MerchantOrderState.begin)
    money = order_money_card(_VIEW, t("shop_order.settled"))
    main = [work, _receipt(), pieces_card(_VIEW), _cases(), money, terms_card(_VIEW), talk_card()]
    who = (t("shop_order.shopper"), _VIEW.shopper)
    side = [_fields(), order_facts_card(_ORDER, who, here=True), history_card(_ORDER)]
    return rx.el.div(_title(), two_columns(main, side))


def _cases() -> rx.Component:
    return cases_card(_ORDER, routes.merchant_case_url)


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


PAGE = {
    "title": t("shop_order.head"),
    "component": shop_order_page,
    "route": routes.MERCHANT_ORDER,
    "on_load": MerchantOrderState.load,
}
