"""One product: what it costs, when it comes, how an order of it can be canceled, buying it (R5, R32)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link_button
from cardmall.components.feedback import detail_skeleton, info_box, two_columns
from cardmall.components.format import money
from cardmall.components.forms import app_form, field, select
from cardmall.components.labels import category
from cardmall.components.stock import delivery_line, stock_pill
from cardmall.components.surface import action_bar, amount, breadcrumb, card, cover, facts
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.terms import Role
from cardmall.pages.frame import loading, lost_here, shop_frame
from cardmall.states.public.product import ProductState
from cardmall.states.session import SessionState

_VIEW = ProductState.view
_STAFF = (SessionState.person.role != "") & (SessionState.person.role != Role.shopper.value)


def product_page() -> rx.Component:
    shown = rx.fragment(_way_here(), two_columns([_what(), _how()], [_buy()]))
    return shop_frame(
        rx.cond(ProductState.loaded, rx.cond(ProductState.missing, lost_here(), shown), loading(detail_skeleton()))
    )


def _way_here() -> rx.Component:
    return rx.el.div(breadcrumb([(t("frame.shop"), routes.HOME)], _VIEW.name), class_name="mb-3")


def _what() -> rx.Component:
    head = rx.el.div(
        cover(_VIEW.cover, size="lg"),
        rx.el.div(
            rx.el.h1(_VIEW.name, class_name="text-h1 font-bold"),
            rx.el.p(_VIEW.terms.summary, class_name="text-ink2 mt-1"),
            class_name="min-w-0",
        ),
        class_name="flex items-start gap-4 mb-4",
    )
    told = facts(
        (t("mall.sold_by"), _VIEW.shop),
        (t("mall.kind"), category(_VIEW.category)),
        (t("mall.delivery"), delivery_line(_VIEW.mode, _VIEW.delay_minutes, _VIEW.promise_minutes)),
        (t("mall.rule"), _VIEW.terms.activation_rule),
    )
    return card(head, told)


def _how() -> rx.Component:
    """The four situations, before anything is bought."""
    fee = rx.cond(
        _VIEW.terms.fee_permille > 0,
        t("mall.how_sealed_fee", days=_VIEW.terms.window_days, percent=_VIEW.terms.fee_permille / 10),
        t("mall.how_sealed_line", days=_VIEW.terms.window_days),
    )
    sealed = rx.cond(_VIEW.terms.return_allowed, fee, t("mall.how_sealed_final"))
    rows = [
        (t("mall.how_unpaid"), t("mall.how_unpaid_line")),
        (t("mall.how_undelivered"), t("mall.how_undelivered_line")),
        (t("mall.how_sealed"), sealed),
        (t("mall.how_used"), t("mall.how_used_line")),
    ]
    items = [
        rx.el.div(
            rx.el.dt(when, class_name="font-semibold sm:w-[168px] shrink-0"),
            rx.el.dd(line, class_name="text-ink2"),
            class_name="py-2.5 sm:flex gap-4",
        )
        for when, line in rows
    ]
    return card(rx.el.dl(*items, class_name="[&>div+div]:border-t [&>div+div]:border-line2"), title=t("mall.how"))


def _buy() -> rx.Component:
    price = rx.el.div(
        amount(money(_VIEW.price), tone="text-h1"),
        stock_pill(_VIEW.mode, _VIEW.stock),
        class_name="flex flex-wrap items-center gap-3 mb-4",
    )
    sold_out = rx.el.div(
        rx.el.p(t("mall.sold_out_line"), class_name="text-ink2 mb-3"),
        link_button(t("mall.see_all"), href=routes.HOME, kind="outline", size="lg"),
    )
    return card(price, _refusal(), rx.cond(_VIEW.stock == 0, sold_out, _form()))


def _form() -> rx.Component:
    options = rx.foreach(_VIEW.quantities, lambda n: rx.el.option(n, value=n))
    count = field(t("mall.quantity"), select("quantity", options), name="quantity", error=ProductState.quantity_error)
    price = rx.el.span(amount(money(_VIEW.price), tone="text-h2"), class_name="md:hidden")
    look: dict[str, Any] = {"type": "submit", "kind": "seal", "size": "lg", "class_name": "md:w-full"}
    act = action_bar(price, button(t("mall.buy"), disabled=_STAFF, **look))
    staff = rx.cond(_STAFF, rx.el.p(t("mall.staff_line"), class_name="text-sm text-ink2 text-center"))
    rule = rx.el.p(t("mall.rule_line"), class_name="text-sm text-ink2 text-center")
    return app_form(count, act, staff, rule, on_submit=ProductState.buy, class_name="grid gap-4")


def _refusal() -> rx.Component:
    """Why it was not ordered, and the way on."""
    go = choose(
        ProductState.refusal,
        ("confirm_first", link_button(t("mall.confirm_go"), href=ProductState.confirm_url)),
        ("too_many_unpaid", link_button(t("mall.orders_go"), href=routes.orders_url(stage="to_pay"))),
        otherwise=rx.fragment(),
    )
    box = info_box(ProductState.refusal_text, tone="amber", icon="circle-alert", action=go)
    return rx.cond(ProductState.refusal != "", rx.el.div(box, class_name="mb-4", role="alert"))


PAGE = {
    "title": t("frame.brand"),
    "component": product_page,
    "route": routes.PRODUCT,
    "on_load": ProductState.load,
}
