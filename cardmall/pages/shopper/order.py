"""The order page: the one most urgent thing first, then progress, the four ways, what happened (R15, R36, R68)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.answers import accept_line
from cardmall.components.controls import button_look, link_button, more, question
from cardmall.components.feedback import detail_skeleton, info_box, two_columns
from cardmall.components.format import money
from cardmall.components.rows import status_pill
from cardmall.components.surface import page_title
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.shopper.order_check import check_card
from cardmall.pages.shopper.order_facts import codes_card, facts_card, money_card, shop_card
from cardmall.pages.shopper.order_panel import CASE, MINE, order_panel
from cardmall.pages.shopper.order_story import case_card, progress_card, refund_cards, story_card
from cardmall.pages.shopper.order_ways import ways_card
from cardmall.pages.talk import talk_card
from cardmall.states.shopper.order import OrderState

VIEW: Any = OrderState.view  # a Var of the browser, not the value
_DELIVERED = VIEW.delivered_at & ~VIEW.closed_at
# Nothing is awaited from the shopper: what was bought comes first.
_CALM = (VIEW.panel == "sealed") | (VIEW.panel == "used") | (VIEW.panel == "completed")


def _page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(OrderState.loaded, _content(), waiting)
    missing = OrderState.missing
    return shop_frame(guarded(content, waiting, Role.shopper, Role.admin, missing=missing), here="orders", desk=True)


def _content() -> rx.Component:
    watcher = rx.cond(MINE, rx.fragment(), info_box(t("order.read_only"), tone="grey", icon="eye"))
    codes = rx.cond(_DELIVERED, codes_card())
    first = rx.cond(_CALM, rx.fragment(codes, order_panel()), rx.fragment(order_panel(), codes))
    main = [first, progress_card(), refund_cards(), ways_card(), talk_card(), case_card(), story_card()]
    side = [watcher, money_card(), shop_card(), _codes_beside(), facts_card()]
    side.append(check_card())
    asked = rx.fragment(*[_question(name) for name in OrderState.QUESTIONS])
    return rx.el.div(_title(), two_columns(main, side), rx.cond(MINE, asked))


def _codes_beside() -> rx.Component:
    """Before delivery: when they come. Of a closed order: only what became of the cards, folded."""
    gone = rx.cond(length(VIEW.cards) > 0, more(t("order.old_codes", n=length(VIEW.cards)), codes_card()))
    return rx.cond(_DELIVERED, rx.fragment(), rx.cond(VIEW.closed_at, gone, codes_card()))


def _title() -> rx.Component:
    support = link_button(t("order.support"), href=routes.support_url(VIEW.no))
    paper = link_button(t("print.link"), href=routes.print_url(VIEW.no), kind="ghost")
    return page_title(
        VIEW.product,
        status_pill(VIEW.pill, VIEW.tone),
        aside=rx.fragment(paper, support, rx.cond(MINE & (VIEW.best_way != ""), _entry())),
        crumbs=[(t("order.crumb"), routes.ORDERS)],
        here=VIEW.no,
    )


def _entry() -> rx.Component:
    """Where a shopper looks first: down to the ways out of this order."""
    return rx.el.a(t("way.entry"), href="#ways", class_name=button_look("outline", "md"))


_ACTS = {
    "cancel_now": OrderState.cancel,
    "withdraw": OrderState.withdraw,
    "resume": OrderState.resume,
    "complete": OrderState.complete,
    "withdraw_transfer": OrderState.withdraw_transfer,
    "accept": OrderState.accept,
    "decline": OrderState.decline,
}


def _question(name: str) -> rx.Component:
    """The dialog before an act that cannot be taken back."""
    key = f"case.ask.{name}" if name in ("accept", "decline") else f"order.ask.{name}"
    lines = {"cancel_now": _cancel_line, "accept": lambda: accept_line(CASE, VIEW)}
    line = lines[name]() if name in lines else t(f"{key}.line")
    asked = rx.Var.create(OrderState.question)
    return question(key, name, line, _ACTS[name], asked=asked, on_close=OrderState.close)


def _cancel_line() -> rx.Var:
    paid = t("order.ask.cancel_now.line_paid", amount=money(VIEW.refund_now))
    unpaid = rx.cond(VIEW.panel == "paying", t("way.open.cancel_now_paying"), t("order.ask.cancel_now.line_unpaid"))
    return rx.cond(VIEW.refund_now > 0, paid, unpaid)


PAGE = {
    "title": t("order.head"),
    "component": _page,
    "route": routes.ORDER,
    "on_load": OrderState.load,
}
