"""One product: what it costs, when it comes, how an order of it can be canceled, buying it (R5, R32)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.away import away_box, away_pill
from cardmall.components.controls import button, link, link_button
from cardmall.components.covers import product_gallery
from cardmall.components.feedback import detail_skeleton, info_box
from cardmall.components.format import money
from cardmall.components.forms import app_form, field, select
from cardmall.components.goods import cancel_rules, plain_text
from cardmall.components.labels import category
from cardmall.components.phone import total
from cardmall.components.receipts import is_receipt
from cardmall.components.stock import delivery_line, sold, stock_pill
from cardmall.components.surface import action_bar, amount, avatar, breadcrumb, card
from cardmall.components.text import t
from cardmall.components.vars import choose, length
from cardmall.domain.terms import Role
from cardmall.pages.frame import loading, lost_here, shop_frame
from cardmall.states.public.product import ProductState
from cardmall.states.session import SessionState

_VIEW = ProductState.view
_UNPAID = ProductState.unpaid
_STAFF = (SessionState.person.role != "") & (SessionState.person.role != Role.shopper.value)
_MAIN_PLACES, _SIDE_PLACES = (
    ("max-lg:order-1", "max-lg:order-3", "max-lg:order-4", "max-lg:order-5 empty:hidden"),
    ("max-lg:order-2", "max-lg:order-6"),
)


def product_page() -> rx.Component:
    shown = rx.fragment(_way_here(), _columns([_what(), _how(), _rule(), _details()], [_buy(), _seller()]))
    return shop_frame(
        rx.cond(ProductState.loaded, rx.cond(ProductState.missing, lost_here(), shown), loading(detail_skeleton()))
    )


def _columns(main: list[rx.Component], side: list[rx.Component]) -> rx.Component:
    """Beside each other; on a phone one below the other, what to buy first, then its price, then the rest."""
    column = "max-lg:contents lg:grid gap-4 content-start min-w-0"
    left = [rx.el.div(one, class_name=f"min-w-0 {place}") for one, place in zip(main, _MAIN_PLACES, strict=True)]
    right = [rx.el.div(one, class_name=f"min-w-0 {place}") for one, place in zip(side, _SIDE_PLACES, strict=True)]
    look = "grid gap-4 lg:gap-5 lg:grid-cols-[minmax(0,1fr)_372px]"
    return rx.el.div(rx.el.div(*left, class_name=column), rx.el.div(*right, class_name=column), class_name=look)


def _way_here() -> rx.Component:
    shelf = (category(_VIEW.category), routes.HOME + "?category=" + _VIEW.category)
    return rx.el.div(breadcrumb([(t("frame.shop"), routes.HOME), shelf], _VIEW.name), class_name="mb-3 max-sm:hidden")


def _what() -> rx.Component:
    face = product_gallery(_VIEW, "w-full sm:w-[300px] self-start shrink-0")
    lately = rx.cond(_VIEW.sold > 0, rx.el.span(" · ", sold(_VIEW.sold)))
    told = rx.el.span(category(_VIEW.category), lately, class_name="text-sm text-ink2")
    there = rx.cond(_VIEW.back_at, away_pill(_VIEW.back_at), stock_pill(_VIEW.mode, _VIEW.stock))
    pills = (there, told)
    words = rx.el.div(
        rx.el.h1(_VIEW.name, class_name="text-h1 font-bold"),
        rx.el.p(_VIEW.terms.summary, class_name="text-ink2 mt-1"),
        rx.el.div(*pills, class_name="flex flex-wrap items-center gap-2 mt-3"),
        rx.cond(length(_VIEW.faces) > 0, _faces()),
        class_name="min-w-0 max-sm:px-5 max-sm:pb-5",
    )
    inside = rx.el.div(face, words, class_name="flex flex-col sm:flex-row gap-4 sm:gap-6")
    return card(inside, class_name="sm:p-5 overflow-hidden")


def _faces() -> rx.Component:
    """The other products of its group: links, the one shown marked, what is sold out said."""
    return rx.el.nav(
        rx.el.h2(t("mall.faces"), class_name="font-semibold mt-4 mb-1.5"),
        rx.el.ul(rx.foreach(_VIEW.faces, _face), class_name="flex flex-wrap gap-2"),
        aria_label=t("mall.faces"),
    )


def _face(one: Any) -> rx.Component:
    state = rx.cond(one.stock == 0, t("mall.sold_out"), money(one.price))
    look = (
        "touch inline-flex items-center gap-2 rounded-full border border-line bg-card px-3.5 h-[34px] "
        "hover:border-ink3 "
        "aria-[current=page]:border-ink aria-[current=page]:shadow-[inset_0_0_0_1px_var(--ink)] "
        "aria-[current=page]:font-semibold data-[gone=true]:bg-grey-bg data-[gone=true]:text-ink2"
    )
    attrs = {"aria-current": rx.cond(one.slug == _VIEW.slug, "page", "false")}
    attrs |= {"data-gone": rx.cond(one.stock == 0, "true", "false")}
    words = (one.face, rx.el.span(state, class_name="text-sm font-normal text-ink2"))
    chip = link(*words, href=routes.product_url(one.slug), class_name=look, custom_attrs=attrs)
    return rx.el.li(chip, key=one.slug)


def _rule() -> rx.Component:
    return card(rx.el.p(_VIEW.terms.activation_rule, class_name="text-ink2"), title=t("mall.rule"))


def _seller() -> rx.Component:
    name = rx.el.div(
        rx.el.div(_VIEW.shop, class_name="font-semibold"),
        rx.el.div(t("mall.sold_by"), class_name="text-sm text-ink2"),
        class_name="min-w-0",
    )
    head = rx.el.div(avatar(_VIEW.shop), name, class_name="flex items-center gap-3")
    line = rx.el.p(t("mall.seller_line"), class_name="mt-4 rounded-control bg-paper px-3.5 py-2.5 text-sm text-ink2")
    return card(head, line)


def _how() -> rx.Component:
    """The four situations, before anything is bought."""
    return card(cancel_rules(_VIEW.terms, rule=_VIEW.rule), title=t("mall.how"))


def _details() -> rx.Component:
    return rx.cond(_VIEW.details != "", card(plain_text(_VIEW.details), title=t("goods.details")))


def _buy() -> rx.Component:
    price = rx.el.div(amount(money(_VIEW.price), tone="text-[30px]/9"))
    comes = rx.el.div(
        rx.icon("clock", size=16, aria_hidden="true", class_name="shrink-0 mt-[3px]"),
        rx.el.div(
            delivery_line(_VIEW.mode, _VIEW.delay_minutes, _VIEW.promise_minutes),
            rx.cond(is_receipt(_VIEW.terms), rx.el.p(t("mall.receipt_line"), class_name="text-sm font-normal")),
            class_name="min-w-0",
        ),
        class_name="flex gap-2 text-blue font-semibold mt-1 pb-4 mb-4 border-b border-line2",
    )
    sold_out = rx.el.div(
        rx.el.p(t("mall.sold_out_line"), class_name="text-ink2 mb-3"),
        link_button(t("mall.see_all"), href=routes.HOME, kind="outline", size="lg"),
    )
    to_buy = rx.cond(_VIEW.stock == 0, rx.fragment(_unpaid(), sold_out), _form())
    return card(price, comes, _refusal(), rx.cond(_VIEW.back_at, _away(), to_buy))


def _away() -> rx.Component:
    """Nothing to order with until its shop is back; an order placed before can be paid."""
    others = link_button(t("mall.see_all"), href=routes.HOME, kind="outline", size="lg")
    return rx.el.div(_unpaid(), away_box(_VIEW.back_at, _VIEW.away_note, others), class_name="grid gap-4")


def _form() -> rx.Component:
    options = rx.foreach(_VIEW.quantities, lambda n: rx.el.option(n, value=n))
    count = field(
        t("mall.quantity"),
        select("quantity", options, default_value=ProductState.quantity),
        name="quantity",
        error=ProductState.quantity_error,
    )
    sum_now = total("quantity", _VIEW.price, ProductState.quantity, "text-h2 font-bold tabular-nums")
    price = rx.el.div(
        rx.el.div(t("mall.sum"), class_name="text-sm text-ink2"), sum_now, class_name="md:hidden leading-tight"
    )
    look: dict[str, Any] = {"type": "submit", "kind": "seal", "size": "lg", "class_name": "md:w-full"}
    words = rx.cond(_UNPAID.no != "", t("mall.buy_another"), t("mall.buy"))
    act = action_bar(price, button(words, disabled=_STAFF, **look))
    hidden: dict[str, Any] = {"another": _UNPAID.no, "price": _VIEW.price}
    told = [rx.el.input(type="hidden", name=name, value=value, read_only=True) for name, value in hidden.items()]
    staff = rx.cond(_STAFF, rx.el.p(t("mall.staff_line"), class_name="text-sm text-ink2 text-center"))
    rule = rx.el.p(t("mall.rule_line"), class_name="text-sm text-ink2 text-center")
    return app_form(*told, _unpaid(), count, act, staff, rule, on_submit=ProductState.buy, class_name="grid gap-4")


def _unpaid() -> rx.Component:
    """The order before this one, to be paid first."""
    go = link_button(t("mall.pay_unpaid"), href=routes.checkout_url(_UNPAID.no), kind="ink")
    told = {"n": _UNPAID.quantity, "amount": money(_UNPAID.total)}
    words = rx.cond(_VIEW.back_at, t("mall.unpaid_away", **told), t("mall.unpaid_line", **told))
    line = rx.el.p(words, class_name="text-sm")
    box = info_box(rx.el.b(t("mall.unpaid")), line, tone="amber", icon="wallet", action=go)
    return rx.el.div(rx.cond(_UNPAID.no != "", box), role="alert", class_name="empty:hidden")


def _refusal() -> rx.Component:
    """Why it was not ordered, and the way on."""
    go = choose(
        ProductState.refusal,
        ("confirm_first", link_button(t("mall.confirm_go"), href=ProductState.confirm_url)),
        ("too_many_unpaid", link_button(t("mall.orders_go"), href=routes.orders_url(stage="to_pay"))),
        otherwise=rx.fragment(),
    )
    dearer = t("mall.price_changed", price=money(_VIEW.price))
    words = choose(
        ProductState.refusal,
        ("price_changed", dearer),
        ("shop_away", t("mall.away_refused")),
        otherwise=ProductState.refusal_text,
    )
    box = info_box(words, tone="amber", icon="circle-alert", action=go)
    return rx.cond(ProductState.refusal != "", rx.el.div(box, class_name="mb-4", role="alert"))


PAGE = {
    "title": rx.cond(
        _VIEW.name != "", t("mall.product_title", name=_VIEW.name, price=money(_VIEW.price)), t("frame.brand")
    ),
    "description": t(
        "mall.product_about", name=_VIEW.name, price=money(_VIEW.price), shop=_VIEW.shop, summary=_VIEW.terms.summary
    ),
    "component": product_page,
    "route": routes.PRODUCT,
    "on_load": ProductState.load,
}
