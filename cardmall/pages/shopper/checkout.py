"""Before the money moves: the facts to verify, the rule to agree to, the way to pay (R15, R32)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.approval import rule_of_order
from cardmall.components.away import away_note
from cardmall.components.buyer_fields import answer_inputs
from cardmall.components.controls import button, link, link_button
from cardmall.components.feedback import detail_skeleton, info_box, two_columns
from cardmall.components.format import countdown, day, exact, money
from cardmall.components.forms import app_form, chip, chips, consent
from cardmall.components.labels import category, channel_word, order_status
from cardmall.components.receipts import is_receipt
from cardmall.components.stock import delivery_line
from cardmall.components.surface import action_bar, amount, card, cover, fact, facts, page_title
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.terms import Channel, Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.states.shopper.checkout import CheckoutState

_VIEW = CheckoutState.view
_RULE: Any = CheckoutState.view.rule
_PAY = int(limits.PAY_WITHIN.total_seconds())


def checkout_page() -> rx.Component:
    open_ = rx.cond(CheckoutState.takes_money, _form(), _no_channel())
    form = rx.cond(_VIEW.can_pay, open_, rx.cond(_VIEW.paying, _paying(), _closed()))
    shown = rx.fragment(_title(), _said(), form)
    content = rx.cond(CheckoutState.loaded, shown, detail_skeleton())
    return shop_frame(guarded(content, detail_skeleton(), Role.shopper, missing=CheckoutState.missing))


def _title() -> rx.Component:
    left = countdown(_VIEW.pay_by, "pay", total=_PAY, on_end=CheckoutState.refresh, class_name="font-semibold")
    return page_title(t("mall.checkout"), rx.cond(_VIEW.can_pay, left))


def _said() -> rx.Component:
    """That the shop is away, and what became of the last try, aloud."""
    words = rx.cond(_VIEW.odd, _trouble("pay_odd"), rx.cond(_VIEW.failed, _trouble("pay_failed")))
    away = away_note(t("mall.away_checkout", day=day(_VIEW.back_at)))
    known = rx.cond(_VIEW.back_at, rx.el.div(away, role="status", class_name="mb-4"))
    return rx.cond(_VIEW.can_pay, rx.fragment(known, rx.el.div(words, role="alert", class_name="mb-4 empty:hidden")))


def _trouble(code: str) -> rx.Component:
    line = rx.el.p(t(f"mall.{code}_line"), class_name="text-sm")
    return info_box(rx.el.b(t(f"mall.{code}")), line, tone="seal", icon="circle-alert")


def _no_channel() -> rx.Component:
    """The platform cannot take money yet: nothing to fill in."""
    line = rx.el.p(t("mall.no_channel_line"), class_name="text-sm")
    box = info_box(rx.el.b(t("mall.no_channel")), line, tone="amber", icon="hourglass")
    return rx.el.div(rx.el.div(box, role="status"), rx.el.div(_facts(), class_name="mt-4"))


def _paying() -> rx.Component:
    """The money is on its way: nobody is asked to pay again."""
    go = link_button(t("mall.see_order"), href=routes.order_url(_VIEW.no), kind="ink")
    line = rx.el.p(t("mall.paying_line"), class_name="text-sm")
    box = info_box(rx.el.b(t("order.panel.paying")), line, tone="amber", icon="hourglass", action=go)
    return rx.el.div(rx.el.div(box, role="status"), rx.el.div(_facts(), class_name="mt-4"))


def _closed() -> rx.Component:
    """Nothing to pay: the state, and the order."""
    go = link_button(t("mall.see_order"), href=routes.order_url(_VIEW.no), kind="ink")
    state = rx.el.b(t("mall.not_payable", status=order_status(_VIEW.status)))
    box = info_box(state, rx.el.p(t("mall.not_payable_line"), class_name="text-sm"), action=go)
    return rx.el.div(box, rx.el.div(_facts(), class_name="mt-4"))


def _form() -> rx.Component:
    columns = two_columns([_facts()], [_fields(), _channel(), _rule()])
    return app_form(columns, on_submit=CheckoutState.pay)


def _facts() -> rx.Component:
    head = rx.el.div(
        cover(_VIEW),
        link(
            _VIEW.product,
            href=routes.product_url(_VIEW.product_slug),
            class_name="font-semibold hover:underline min-w-0",
        ),
        class_name="flex items-center gap-3.5 mb-4",
    )
    told = facts(
        (t("mall.kind"), category(_VIEW.category)),
        (t("mall.unit_price"), money(_VIEW.unit_price)),
        (t("mall.quantity"), rx.el.span(_VIEW.quantity)),
        (t("mall.total"), amount(money(_VIEW.total))),
        (t("mall.delivery"), delivery_line(_VIEW.mode, _VIEW.delay_minutes, _VIEW.promise_minutes)),
        rx.cond(_RULE.n > 0, fact(t("mall.how_undelivered"), rule_of_order(_RULE))),
        (t("mall.after"), rx.cond(is_receipt(_VIEW.terms), t("mall.receipt_line"), _returned())),
        (t("mall.number"), _VIEW.no),
        (t("mall.placed"), exact(_VIEW.created_at)),
    )
    return card(head, told, title=t("mall.facts"))


def _returned() -> rx.Var:
    return rx.cond(_VIEW.terms.return_allowed, t("mall.return_allowed"), t("mall.return_final"))


def _fields() -> rx.Component:
    """What the shop needs to deliver, as it was answered last."""
    form = answer_inputs(_VIEW.fields, CheckoutState.answers_wrong, key=_VIEW.no)
    return rx.cond(length(_VIEW.fields) > 0, card(form, title=t("field.title"), aside=t("field.who")))


def _channel() -> rx.Component:
    options = [
        chip("channel", one.value, channel_word(one.value), default_checked=one is Channel.alipay) for one in Channel
    ]
    return card(chips("channel", t("mall.channel"), *options, error=CheckoutState.channel_error))


def _rule() -> rx.Component:
    words = rx.cond(is_receipt(_VIEW.terms), t("mall.consent_receipt"), t("mall.consent"))
    yes = consent("consent", words, CheckoutState.consent_error, default_checked=_VIEW.consented)
    act = button(t("mall.pay", money=money(_VIEW.total)), type="submit", kind="seal", size="lg", class_name="grow")
    quiet = "text-sm text-ink2 hover:text-ink hover:underline block mt-3"
    return card(
        rx.el.p(_VIEW.terms.activation_rule, class_name="text-ink2 mb-3"),
        yes,
        action_bar(act),
        link(t("mall.cancel_line"), href=routes.order_url(_VIEW.no), class_name=quiet),
        title=t("mall.rule"),
    )


PAGE = {
    "title": t("mall.checkout"),
    "component": checkout_page,
    "route": routes.CHECKOUT,
    "on_load": CheckoutState.load,
}
