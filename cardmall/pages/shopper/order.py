"""The order page: the one most urgent thing first, then progress, the four ways, what happened (R15, R36, R68)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.answers import accept_line, resume_line
from cardmall.components.away import away_note
from cardmall.components.controls import button_look, link_button, more, question
from cardmall.components.feedback import detail_skeleton, info_box, two_columns
from cardmall.components.format import day, money
from cardmall.components.phone import phone_fold, phone_folds
from cardmall.components.receipts import is_receipt
from cardmall.components.rows import status_pill
from cardmall.components.surface import cover, page_title
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.shopper.order_bar import order_bar
from cardmall.pages.shopper.order_check import check_card
from cardmall.pages.shopper.order_facts import codes_card, facts_card, money_card, receipt_card, shop_card
from cardmall.pages.shopper.order_fields import answers_card
from cardmall.pages.shopper.order_panel import CASE, MINE, order_panel
from cardmall.pages.shopper.order_story import case_card, progress_card, refund_cards, story_card
from cardmall.pages.shopper.order_ways import ways_card
from cardmall.pages.talk import VIEW as TALK
from cardmall.pages.talk import talk_card
from cardmall.pages.whose import orders_crumb
from cardmall.states.shopper.order import OrderState
from cardmall.states.talk import ConversationState

VIEW: Any = OrderState.view  # a Var of the browser, not the value


def _page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(OrderState.loaded, _content(), waiting)
    missing = OrderState.missing
    return shop_frame(guarded(content, waiting, Role.shopper, Role.admin, missing=missing), here="orders", desk=True)


def _content() -> rx.Component:
    watcher = rx.cond(MINE, rx.fragment(), info_box(t("order.read_only"), tone="grey", icon="eye"))
    codes = rx.cond(VIEW.has_codes, _what_came())
    first = rx.cond(VIEW.codes_first, rx.fragment(codes, order_panel()), rx.fragment(order_panel(), codes))
    below = rx.el.div(progress_card(), class_name="max-lg:order-1")  # nothing to press: on a phone after the ways out
    main = [first, below, refund_cards(), ways_card(), phone_folds(*_story(), class_name="max-lg:order-2")]
    away = rx.cond(VIEW.back_at, away_note(t("order.shop_away", day=day(VIEW.back_at))))
    side = [watcher, away, _codes_beside(), phone_folds(*_facts())]
    asked = rx.fragment(*[_question(name) for name in OrderState.QUESTIONS if name != "complete"], _complete())
    return rx.el.div(_title(), two_columns(main, side), rx.cond(MINE, asked), order_bar())


def _story() -> list[rx.Component]:
    """What was said and asked, and what happened: rows on a phone."""
    new = rx.cond(TALK.unread > 0, t("talk.new", n=TALK.unread), VIEW.shop)
    case = phone_fold(case_card(), t("order.case.title"), labels.case_status(CASE.status))
    return [
        phone_fold(talk_card(), t("talk.title"), new, on_open=ConversationState.open),
        rx.cond(length(VIEW.cases) > 0, case),
        phone_fold(story_card(), t("order.story"), t("order.entries", n=length(VIEW.timeline))),
    ]


def _facts() -> list[rx.Component]:
    """What to verify: rows on a phone."""
    paid_with: Any = rx.cond(VIEW.channel != "", " · " + labels.channel_word(VIEW.channel).to(str), "")
    asked = phone_fold(answers_card(), t("field.title"), t("field.count", n=length(VIEW.fields.answers)))
    return [
        rx.cond(length(VIEW.fields.answers) > 0, asked),
        phone_fold(money_card(), t("order.money"), money(VIEW.total).to(str) + paid_with),
        phone_fold(shop_card(), t("order.shop"), VIEW.shop),
        phone_fold(facts_card(), t("order.facts"), VIEW.no),
        rx.cond(VIEW.paid_at, phone_fold(check_card(), t("repair.title"))),
    ]


def _codes_beside() -> rx.Component:
    """Before delivery: when they come. Of a closed order: only what became of the cards, folded."""
    gone = rx.cond(length(VIEW.cards) > 0, more(_old(), _what_came()))
    return rx.cond(VIEW.has_codes, rx.fragment(), rx.cond(VIEW.closed_at, gone, _what_came()))


def _what_came() -> rx.Component:
    return rx.cond(is_receipt(VIEW), receipt_card(), codes_card())


def _old() -> Any:
    return rx.cond(is_receipt(VIEW), t("receipt.title"), t("order.old_codes", n=length(VIEW.cards)))


def _title() -> rx.Component:
    support = link_button(t("order.support"), href=routes.support_url(VIEW.no))
    paper = link_button(t("print.link"), href=routes.print_url(VIEW.no), kind="ghost", class_name="max-md:hidden")
    return page_title(
        VIEW.product,
        status_pill(VIEW.pill, VIEW.tone),
        aside=rx.fragment(paper, support, rx.cond(MINE & (VIEW.best_way != ""), _entry())),
        crumbs=[orders_crumb()],
        here=VIEW.no,
        mark=cover(VIEW, size="sm"),
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
    key = f"case.ask.{name}" if name in ("accept", "decline", "withdraw") else f"order.ask.{name}"
    lines = {
        "cancel_now": _cancel_line,
        "accept": lambda: accept_line(CASE, VIEW),
        "resume": lambda: resume_line(VIEW),
    }
    line = lines[name]() if name in lines else t(f"{key}.line")
    asked = rx.Var.create(OrderState.question)
    return question(key, name, line, _ACTS[name], asked=asked, on_close=OrderState.close)


def _complete() -> rx.Component:
    """A receipt is confirmed: its longer time to report a fault ends with it."""
    return rx.cond(is_receipt(VIEW), _asked("receipt.ask", "complete"), _question("complete"))


def _asked(key: str, name: str) -> rx.Component:
    asked = rx.Var.create(OrderState.question)
    return question(key, name, t(f"{key}.line"), _ACTS[name], asked=asked, on_close=OrderState.close)


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
