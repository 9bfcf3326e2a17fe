"""The foot of an order's page on a phone: support, and the one act that comes first (R68)."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, Kind, button, button_look, link_button
from cardmall.components.format import money
from cardmall.components.phone import phone_bar
from cardmall.components.receipts import confirm_words
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.panel import Panel
from cardmall.pages.shopper.order_panel import CASE, MINE, REFUND, TRANSFER
from cardmall.states.shopper.order import OrderState

VIEW: Any = OrderState.view  # a Var of the browser, not the value
_IN_PANEL = "[data-panel] a, [data-panel] button"


def order_bar() -> rx.Component:
    """Nothing while the act is in sight in its own place: in the panel, or beside a code."""
    act = choose(VIEW.panel, *[(panel.value, one()) for panel, one in _FIRST.items()], otherwise=rx.fragment())
    support = link_button(t("order.bar_support"), href=routes.support_url(VIEW.no), size="lg")
    beside_code = [(panel.value, "#codes button") for panel in (Panel.sealed, Panel.partly_used)]
    twin = choose(VIEW.panel, *beside_code, otherwise=_IN_PANEL)
    return rx.cond(MINE, phone_bar(support, act, twin=twin))


def _go(words: Child, href: Any, kind: Kind = "ink") -> rx.Component:
    return link_button(words, href=href, kind=kind, size="lg")


def _ask(words: Child, question: str, kind: Kind = "ink") -> rx.Component:
    return button(words, on_click=OrderState.ask(question), kind=kind, size="lg")


def _pay() -> rx.Component:
    return _go(t("order.act.pay_amount", amount=money(VIEW.total)), routes.checkout_url(VIEW.no), "seal")


def _codes() -> rx.Component:
    eye = rx.icon("eye", size=16, aria_hidden="true")
    return rx.el.a(eye, t("order.act.codes"), href="#codes", class_name=button_look("seal", "lg"))


def _way_out() -> rx.Component:
    now = _ask(t("order.act.cancel_now"), "cancel_now")
    form = _go(t("order.act.request"), routes.way_url(VIEW.no, "request"))
    return choose(VIEW.best_way, ("cancel_now", now), ("request", form), otherwise=rx.fragment())


def _case(key: str = "case", kind: Kind = "ink") -> rx.Component:
    return _go(t(f"order.act.{key}"), routes.case_url(CASE.no), kind)


def _appeal() -> rx.Component:
    return _go(t("order.act.appeal"), routes.appeal_url(VIEW.no), "seal")


def _rejected() -> rx.Component:
    again = _go(t("order.act.again"), routes.way_url(VIEW.no, VIEW.again_way), "seal")
    return rx.cond((VIEW.best_way != "appeal") & (VIEW.again_way != ""), again, rx.cond(VIEW.can_appeal, _appeal()))


def _accept() -> rx.Component:
    yes = t("order.act.accept_amount", amount=money(CASE.offer_amount))
    words = rx.cond(CASE.offer_kind == "amount", yes, t("case.offer.accept"))
    return rx.cond(CASE.actions.contains("accept"), _ask(words, "accept", "seal"))


def _refund() -> rx.Component:
    return _go(t("order.act.refund"), routes.refund_url(REFUND.no))


def _account() -> rx.Component:
    return _go(t("order.act.account"), routes.refund_url(REFUND.no), "seal")


def _transfer() -> rx.Component:
    return _go(t("order.act.see_transfer"), routes.transfer_url(TRANSFER.no))


def _complete() -> rx.Component:
    return rx.cond(VIEW.can_complete, _ask(confirm_words(VIEW), "complete"))


def _buy_again() -> rx.Component:
    return _go(t("order.act.again_order"), routes.product_url(VIEW.product_slug))


_FIRST: dict[Panel, Callable[[], rx.Component]] = {
    Panel.to_pay: _pay,
    Panel.wrong_amount: _pay,
    Panel.paying: lambda: button(t("order.act.ask_payment"), on_click=OrderState.ask_payment, kind="ink", size="lg"),
    Panel.info_requested: lambda: _case("answer", "seal"),
    Panel.offered: _accept,
    Panel.overdue: _appeal,
    Panel.rejected: _rejected,
    Panel.refund_asked: _account,
    Panel.refund_bounced: _account,
    **dict.fromkeys((Panel.sealed, Panel.partly_used), _codes),
    Panel.recalled: rx.fragment,
    **dict.fromkeys((Panel.used, Panel.receipt), _complete),
    **dict.fromkeys((Panel.waiting, Panel.waiting_manual, Panel.no_stock, Panel.shop_disabled), _way_out),
    **dict.fromkeys((Panel.in_case, Panel.appeal), _case),
    **dict.fromkeys((Panel.refunding, Panel.refunded, Panel.refund_stuck), _refund),
    **dict.fromkeys((Panel.transfer_offered, Panel.transfer_accepted), _transfer),
    **dict.fromkeys((Panel.canceled, Panel.expired, Panel.completed), _buy_again),
}
