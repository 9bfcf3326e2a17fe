"""Beside an order: money, shop, codes, facts to verify (R15)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.codes import all_codes, card_code
from cardmall.components.controls import button, link_button, native_form
from cardmall.components.feedback import info_box
from cardmall.components.format import copy_button, deadline, exact, instant, money
from cardmall.components.goods import plain_text
from cardmall.components.receipts import delivered_as, receipt_shown
from cardmall.components.shell import here
from cardmall.components.surface import amount, avatar, card, fact, facts, side_note
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.states.session import SessionState
from cardmall.states.shopper.order import OrderState

VIEW: Any = OrderState.view  # a Var of the browser, not the value
_MINE = SessionState.person.role == "shopper"
_HIDDEN_CARD = ("voided",)


def money_card() -> rx.Component:
    total = rx.cond(VIEW.paid_at, fact(t("order.paid"), amount(money(VIEW.total))), "")
    due = rx.cond(VIEW.paid_at, "", fact(t("order.to_pay"), amount(money(VIEW.total))))
    back = t("order.back", amount=money(VIEW.refund_now))
    now = rx.fragment(
        fact(t("order.if_now"), amount(back, tone="text-jade")), fact(t("order.fee"), money(VIEW.fee_now))
    )
    channel = rx.fragment(labels.channel_word(VIEW.channel), rx.cond(VIEW.payer != "", " · " + VIEW.payer, ""))
    return card(
        facts(
            (t("order.goods"), rx.fragment(money(VIEW.unit_price), " × ", VIEW.quantity)),
            total,
            due,
            rx.cond((VIEW.refund_now > 0) & (VIEW.best_way != "appeal"), now),
            rx.cond(VIEW.channel != "", fact(t("order.pay_channel"), channel)),
        ),
        title=t("order.money"),
    )


def shop_card() -> rx.Component:
    who = rx.el.div(avatar(VIEW.shop), rx.el.b(VIEW.shop, class_name="font-semibold min-w-0"), class_name=_ROW)
    return card(who, side_note(t("order.shop_warning")), title=t("order.shop"))


_ROW = "flex items-center gap-3"


def codes_card() -> rx.Component:
    """No code is in the state: each row fetches its own when asked."""
    none = rx.el.p(t("code.none"), class_name="text-sm text-ink2")
    rows = rx.el.ul(rx.foreach(VIEW.cards, _code), class_name="grid gap-4")
    waiting = rx.cond(length(VIEW.cards) > 0, rx.fragment(_hold(), _together(), rows), none)
    rule = rx.el.p(
        rx.el.b(t("order.rule"), " · "), VIEW.terms.activation_rule, class_name="text-sm text-ink2 mt-3 empty:hidden"
    )
    return here(card(waiting, _instructions(), rule, title=t("code.title")), id="codes")


def receipt_card() -> rx.Component:
    """In the place of codes: what the shop said, nothing to look at first, and until when to say that it is wrong."""
    receipt = VIEW.receipt
    none = rx.el.p(rx.cond(VIEW.delivered_at, t("receipt.hidden"), t("receipt.none")), class_name="text-sm text-ink2")
    given = rx.el.p(t("receipt.at", at=exact(receipt.at)), class_name="text-sm text-ink2 mb-2")
    until = rx.fragment(
        t("receipt.until", until=exact(receipt.until)),
        " ",
        rx.cond(VIEW.can_complete, t("receipt.until_confirmed"), ""),
    )
    open_ = rx.cond(VIEW.can_appeal & ~VIEW.closed_at, rx.el.p(until, class_name="text-sm text-ink2 mt-3"))
    shown = rx.fragment(given, receipt_shown(receipt), open_, _instructions())
    return here(card(rx.cond(receipt.at, shown, none), title=t("receipt.title")), id="codes")


def _instructions() -> rx.Component:
    """Of the shop, the newest: who bought before a correction reads it, too."""
    head = rx.el.h3(t("goods.instructions"), class_name="font-semibold mb-1")
    text = rx.el.div(head, plain_text(VIEW.instructions), class_name="border-t border-line2 pt-3 mt-4")
    return rx.cond(VIEW.instructions != "", text)


def _together() -> rx.Component:
    """Of several cards: look at all that are sealed, take along those that were looked at."""
    rest = all_codes(routes.reveal_rest_url(VIEW.no), count=VIEW.sealed, rule=VIEW.terms.activation_rule)
    file = native_form(button(t("code.take", n=VIEW.looked_at), type="submit"), action=routes.codes_file_url(VIEW.no))
    sealed = rx.cond((VIEW.sealed > 1) & ~VIEW.held, rest)
    row = rx.el.div(sealed, rx.cond(VIEW.looked_at > 0, file), class_name="flex flex-wrap gap-2 mb-4 empty:hidden")
    return rx.cond(_MINE & (length(VIEW.cards) > 1), row)


def _code(one: Any, n: Any) -> rx.Component:
    head = rx.el.div(
        rx.el.b(t("code.card", n=n + 1), class_name="font-semibold"),
        rx.el.span(labels.card_status(one.status), class_name="text-sm text-ink2"),
        rx.cond(one.shown, rx.el.span(t("code.at", at=instant(one.revealed_at)), class_name="text-sm text-ink2")),
        class_name="flex flex-wrap items-baseline gap-x-2 mb-2",
    )
    url = routes.reveal_url(VIEW.no, one.id)
    code = card_code(url, number=n + 1, shown=one.shown, held=VIEW.held, rule=VIEW.terms.activation_rule)
    voided = rx.el.p(t("code.voided"), class_name="text-sm text-ink2")
    shown = choose(one.status, *[(status, voided) for status in _HIDDEN_CARD], otherwise=rx.cond(_MINE, code))
    told = rx.el.p(t_enum("code.recall", one.recall), class_name="text-sm text-seal mb-2")
    closed = (one.recall != "") & ~((one.recall == "waiting") & one.shown)
    return rx.el.li(head, rx.cond(one.recall != "", told), rx.cond(closed, rx.fragment(), shown), key=one.id)


def _hold() -> rx.Component:
    """Why the buttons rest, and the way to wake them."""
    withdraw = button(t("code.withdraw"), on_click=OrderState.ask("withdraw"), size="sm")
    resume = button(t("order.act.resume_delivered"), on_click=OrderState.ask("resume"), size="sm")
    keep = button(t("transfer.withdraw"), on_click=OrderState.ask("withdraw_transfer"), size="sm")
    in_case = rx.cond(VIEW.can_resume, _rests("held_after", resume), _rests("held", withdraw))
    box = rx.cond(VIEW.transfer.no != "", _rests("held_transfer", keep), in_case)
    return rx.cond(VIEW.held, rx.el.div(box, class_name="mb-3"))


def _rests(why: str, wake: rx.Component) -> rx.Component:
    words, act = rx.el.p(t(f"code.{why}"), class_name="text-sm"), rx.el.div(wake, class_name="mt-2")
    return info_box(words, rx.cond(_MINE, act), tone="amber", icon="pause")


def facts_card() -> rx.Component:
    """Everything to verify, with exact times."""
    no = rx.fragment(VIEW.no, copy_button(VIEW.no, class_name="py-0 -my-1"))
    return card(
        facts(
            (t("order.no"), no),
            (t("order.category"), labels.category(VIEW.category)),
            (t("order.mode"), delivered_as(VIEW)),
            (t("order.quantity"), VIEW.quantity.to(str)),
            _when("canceled_pieces", VIEW.canceled_pieces > 0, t("order.canceled_count", n=VIEW.canceled_pieces)),
            (t("order.created"), exact(VIEW.created_at)),
            _when("paid_at", VIEW.paid_at, exact(VIEW.paid_at)),
            _when("trade_no", VIEW.trade_no, VIEW.trade_no.to(str)),
            rx.cond(VIEW.delivered_at | VIEW.closed_at | VIEW.held, rx.fragment(), _due()),
            _when("delivered_at", VIEW.delivered_at, exact(VIEW.delivered_at)),
        ),
        _paper(),
        title=t("order.facts"),
    )


def _paper() -> rx.Component:
    """On a desk it stands in the title."""
    return link_button(t("print.link"), href=routes.print_url(VIEW.no), class_name="md:hidden mt-3")


def _due() -> rx.Component:
    promised = _when("promised_at", VIEW.promised_at, deadline(VIEW.promised_at))
    by_itself = _when("deliver_at", VIEW.deliver_at, exact(VIEW.deliver_at))
    return choose(VIEW.mode, ("auto", by_itself), otherwise=promised)


def _when(key: str, known: Any, value: Any) -> rx.Component:
    return rx.cond(known, fact(t(f"order.{key}"), value))
