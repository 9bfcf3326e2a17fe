"""The sandbox cashier: stands where a payment company's own page would."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Kind, button, link, native_form
from cardmall.components.feedback import bone, skeleton
from cardmall.components.format import countdown, money
from cardmall.components.labels import channel_word
from cardmall.components.surface import facts, pill
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.states.shopper.pay import PayState

_VIEW = PayState.view
_PAY = int(limits.PAY_WITHIN.total_seconds())
_SHEET = "w-full max-w-[420px] mx-auto sm:mt-8 rounded-card border border-line bg-card overflow-hidden"


def pay_page() -> rx.Component:
    waiting = skeleton(bone("h-[360px]"), class_name=_SHEET)
    content = rx.cond(PayState.loaded, _cashier(), waiting)
    return shop_frame(guarded(content, waiting, Role.shopper, missing=PayState.missing))


def _cashier() -> rx.Component:
    head = rx.el.header(
        rx.el.h1(t("mall.cashier"), class_name="text-h2 font-semibold"),
        pill(t("mall.cashier_mark"), "amber"),
        rx.el.p(t("mall.cashier_line"), class_name="w-full text-sm text-ink2"),
        class_name="flex flex-wrap items-center gap-x-3 bg-blue-bg border-b border-blue-line px-5 py-4",
    )
    sum_ = rx.el.div(
        rx.el.div(money(_VIEW.amount), class_name="text-[30px]/[38px] font-bold tabular-nums"),
        countdown(_VIEW.pay_by, "pay", total=_PAY, on_end=PayState.refresh, class_name="text-sm"),
        class_name="text-center py-5",
    )
    told = facts(
        (t("mall.product"), _VIEW.product),
        (t("mall.channel"), channel_word(_VIEW.channel)),
        (t("mall.number"), _VIEW.order_no),
        (t("mall.payment_no"), _VIEW.payment_no),
    )
    back = link(
        t("mall.back"),
        href=routes.checkout_url(_VIEW.order_no),
        class_name="touch flex items-center justify-center text-sm text-ink2 hover:text-ink hover:underline mt-3",
    )
    acts = rx.el.div(
        _outcome("pay", t("mall.succeed"), "seal"),
        _outcome("fail", t("mall.fail"), "plain"),
        rx.el.div(
            _outcome("pay_late", t("mall.pay_late"), "plain", aria_describedby="late-line"),
            rx.el.p(t("mall.pay_late_line"), id="late-line", class_name="text-sm text-ink2 text-center mt-1.5"),
        ),
        class_name="grid gap-3 mt-5",
    )
    return rx.el.div(head, rx.el.div(sum_, told, acts, back, class_name="px-5 pb-5"), class_name=_SHEET)


def _outcome(outcome: str, words: rx.Var, kind: Kind, **props: str) -> rx.Component:
    return native_form(
        rx.el.input(type="hidden", name="payment", value=_VIEW.payment_no, read_only=True),
        rx.el.input(type="hidden", name="outcome", value=outcome, read_only=True),
        button(words, type="submit", kind=kind, size="lg", class_name="w-full", **props),
        action=routes.SANDBOX_PAY,
    )


PAGE = {
    "title": t("mall.cashier"),
    "component": pay_page,
    "route": routes.PAY,
    "on_load": PayState.load,
}
