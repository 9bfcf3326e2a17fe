"""主动退款: what a merchant gives back on an order, both sums and their source before the press (R96)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.codes import typed_count
from cardmall.components.controls import button, dialog, dialog_actions, link_button
from cardmall.components.feedback import detail_skeleton, info_box
from cardmall.components.format import instant, money
from cardmall.components.forms import app_form, chip, chips, choice_error, field, select, text_input, textarea
from cardmall.components.labels import case_reason, channel_word, refused
from cardmall.components.receipts import is_receipt
from cardmall.components.surface import amount, card, cover, page_title, pill
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.domain.gifts import GIFT_REASONS, GiftOf
from cardmall.domain.terms import Reason, Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.merchant.refund import MerchantRefundState

_VIEW: Any = MerchantRefundState.view
_OF: Any = MerchantRefundState.of
_EFFECT: Any = MerchantRefundState.effect
_QUIET = "text-sm text-ink2"


def refund_form_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(MerchantRefundState.loaded, _content(), waiting)
    missing = MerchantRefundState.missing
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, missing=missing), here="orders")


def _content() -> rx.Component:
    crumbs = [(t("shop_orders.title"), routes.MERCHANT_ORDERS), (_VIEW.no, routes.merchant_order_url(_VIEW.no))]
    head = page_title(t("gift.title"), crumbs=crumbs, here=t("gift.title"))
    body = rx.cond(_VIEW.why == "", card(_form()), _closed())
    return rx.el.div(head, _order(), body, _question(), class_name="max-w-[720px] [&>*+*]:mt-4")


def _order() -> rx.Component:
    """What it is about."""
    line = rx.el.p(
        *(_VIEW.no, " · ", _VIEW.shopper, " · "),
        rx.el.span(t("merchant.paid"), " ", money(_VIEW.paid), class_name="whitespace-nowrap"),
        class_name=f"{_QUIET} [overflow-wrap:anywhere]",
    )
    name = rx.el.p(_VIEW.product, " × ", _VIEW.quantity, class_name="font-semibold [overflow-wrap:anywhere]")
    return card(rx.el.div(cover(_VIEW), rx.el.div(name, line, class_name="min-w-0"), class_name=_ROW))


_ROW = "flex items-center gap-3"


def _closed() -> rx.Component:
    """Why nothing may be given back now, and the way on."""
    of_case = _VIEW.why == Reason.case_open.value
    case = link_button(t("gift.case"), href=routes.merchant_case_url(_VIEW.case_no))
    order = link_button(t("gift.order"), href=routes.merchant_order_url(_VIEW.no))
    return info_box(rx.el.b(refused(_VIEW.why)), tone="amber", action=rx.cond(of_case, case, order))


def _form() -> rx.Component:
    return app_form(
        rx.el.p(t("gift.line"), class_name=_QUIET),
        rx.cond(_VIEW.transfer != "", info_box(rx.el.p(t("gift.transfer")), tone="amber", icon="circle-alert")),
        _kinds(),
        rx.cond(GiftOf.amount.value == _OF, _amount(), rx.cond(_VIEW.delivered, _cards(), _pieces())),
        rx.el.div(_reason(), _words(), class_name="grid gap-5 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"),
        button(t("gift.look"), kind="seal", size="lg", type="submit", class_name="sm:items-start"),
        on_submit=MerchantRefundState.check,
        class_name="flex flex-col gap-5",
    )


def _kinds() -> rx.Component:
    """By piece or by amount, and how much at most."""
    whole = rx.cond(_VIEW.delivered, _kind(GiftOf.cards), _kind(GiftOf.pieces))
    most = t("gift.most", amount=money(_VIEW.most))
    short = rx.cond(_VIEW.funds < _VIEW.most, rx.fragment(" · ", t("gift.funds", amount=money(_VIEW.funds))))
    asked = chips("of", t("gift.of"), whole, _kind(GiftOf.amount), error=MerchantRefundState.of_error)
    return rx.el.div(asked, rx.el.p(most, short, class_name=f"{_QUIET} tabular-nums mt-2"))


def _kind(of: GiftOf) -> rx.Component:
    chosen = {"checked": of.value == _OF, "on_change": MerchantRefundState.choose(of.value)}
    return chip("of", of.value, t(f"gift.of_kind.{of.value}"), **chosen)


def _pieces() -> rx.Component:
    """Before delivery one piece is like the other."""
    numbers = rx.foreach(rx.Var.range(1, _VIEW.left + 1), _number)
    error, hint = MerchantRefundState.pieces_error, t("gift.pieces_hint")
    return field(t("gift.pieces"), select("pieces", numbers), name="pieces", error=error, hint=hint)


def _number(n: Any) -> rx.Component:
    some = t("cancel.choice.some", n=n, most=_VIEW.left)
    return rx.el.option(rx.cond(n == _VIEW.left, t("cancel.choice.all", n=n), some), value=n.to(str))


def _cards() -> rx.Component:
    rows = rx.el.div(rx.foreach(_VIEW.pieces, _card), class_name="grid gap-2")
    error = choice_error("cards", MerchantRefundState.cards_error)
    legend = rx.el.legend(t("gift.cards"), class_name="text-h2 font-semibold mb-2.5")
    return rx.el.fieldset(legend, rows, error, aria_describedby="cards-error")


def _card(one: Any) -> rx.Component:
    box = rx.el.input(
        type="checkbox", name=f"card-{one.n}", class_name="size-4 accent-[var(--ink)] shrink-0", custom_attrs=_NAMED
    )
    seen = rx.cond(one.revealed_at, rx.fragment(" ", instant(one.revealed_at)))
    state = rx.cond(is_receipt(_VIEW), rx.fragment(), pill(rx.fragment(labels.card_status(one.status), seen)))
    name = rx.el.span(rx.el.b(t("receipt.piece", n=one.n)), state, class_name="flex flex-wrap items-center gap-x-2")
    batch = rx.cond(one.batch != "", rx.fragment(t("gift.batch", name=one.batch), " · "))
    dot = rx.el.span(" · ", class_name="max-sm:hidden")
    void = rx.el.span(dot, t("gift.void"), class_name="max-sm:block")
    tail = rx.cond(one.tail != "", rx.fragment(t("gift.tail", tail=one.tail), void))
    told = rx.el.span(name, rx.el.span(batch, tail, class_name=f"block {_QUIET}"), class_name="min-w-0 grow")
    return rx.el.label(box, told, amount(money(one.worth)), class_name=_PIECE, key=one.card)


_NAMED = {"aria-describedby": "cards-error"}
_PIECE = (
    "touch flex items-center gap-3 rounded-cover border border-line bg-card px-3.5 py-2.5 cursor-pointer "
    "hover:border-ink3 has-checked:border-ink has-checked:shadow-[inset_0_0_0_1px_var(--ink)]"
)


def _amount() -> rx.Component:
    box = text_input("amount", input_mode="decimal", auto_complete="off")
    label = rx.fragment(t("gift.amount"), " (", t("goods.yuan"), ")")
    error, hint = MerchantRefundState.amount_error, t("gift.amount_hint")
    return field(label, box, name="amount", error=error, hint=hint)


def _reason() -> rx.Component:
    options = [rx.el.option(case_reason(one.value), value=one.value) for one in GIFT_REASONS]
    box = select("reason", rx.el.option(t("field.choose"), value=""), *options)
    error, hint = MerchantRefundState.reason_error, t("gift.reason_hint")
    return field(t("gift.reason"), box, name="reason", error=error, hint=hint)


def _words() -> rx.Component:
    box = field(
        t("gift.text"), textarea("text", rows=3), name="text", error=MerchantRefundState.text_error, optional=True
    )
    return rx.el.div(box, rx.el.div(typed_count("text", limits.TEXT_LENGTH), class_name="text-right mt-1"))


def _question() -> rx.Component:
    """Both sums and the source of the money, once, before anything is done."""
    route = t("gift.route", channel=channel_word(_VIEW.channel))
    sums = rx.el.dl(
        _sum(t("gift.gets"), _EFFECT.amount, route, "text-jade"),
        _sum(t("gift.keeps"), _EFFECT.kept, ""),
        class_name="grid grid-cols-2 gap-3 rounded-cover bg-paper border border-line2 px-3.5 py-3",
    )
    source = rx.el.ul(
        rx.cond(_EFFECT.of_order > 0, rx.el.li(t("gift.of_order", amount=money(_EFFECT.of_order)))),
        rx.cond(_EFFECT.of_shop > 0, rx.el.li(t("gift.of_shop", amount=money(_EFFECT.of_shop)))),
        rx.cond(_EFFECT.transfer != "", rx.el.li(t("gift.transfer"))),
        rx.el.li(t("gift.final")),
        class_name=f"{_QUIET} tabular-nums mt-3 grid gap-1",
    )
    words = t("gift.yes", amount=money(_EFFECT.amount))
    yes = button(words, kind="seal", size="lg", on_click=MerchantRefundState.give)
    return dialog(
        sums,
        source,
        dialog_actions(yes, MerchantRefundState.leave),
        title=t("gift.title"),
        is_open=MerchantRefundState.asking,
        on_close=MerchantRefundState.leave,
        name="gift",
    )


def _sum(name: rx.Var, fen: Any, line: rx.Var | str, tone: str = "") -> rx.Component:
    return rx.el.div(
        rx.el.dt(name, class_name=_QUIET),
        rx.el.dd(money(fen), class_name=f"text-h1 font-bold tabular-nums {tone}"),
        rx.el.dd(line, class_name=f"{_QUIET} empty:hidden"),
    )


PAGE = {
    "title": t("gift.title"),
    "component": refund_form_page,
    "route": routes.MERCHANT_REFUND,
    "on_load": MerchantRefundState.load,
}
