"""What a shop reads of one of its orders and no other page shows: work begun, its pieces, its terms then and now."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.beginning import work_begun
from cardmall.components.controls import link_button
from cardmall.components.evidence import terms_compared
from cardmall.components.format import instant
from cardmall.components.labels import card_status
from cardmall.components.receipts import is_receipt
from cardmall.components.surface import card, pill
from cardmall.components.text import t
from cardmall.components.vars import choose, length


def work_card(view: Any, act: Any) -> rx.Component:
    """`view`: Var of a ShopOrder that waits for its shop: delivery, and the press that says it is worked on."""
    go = link_button(t("merchant.empty_link"), href=routes.MERCHANT_DELIVERY, kind="ink", size="lg")
    inside = rx.el.div(
        rx.cond(view.can_deliver, go), work_begun(view, act), class_name="flex flex-wrap items-center gap-x-5 gap-y-3"
    )
    return rx.cond(
        view.awaits_delivery & (view.can_deliver | view.begun_at.bool()), card(inside, title=t("begin.title"))
    )


def pieces_card(view: Any) -> rx.Component:
    """Each delivered piece by the end of its code; nothing before."""
    rows = rx.el.ul(rx.foreach(view.pieces, lambda one: _piece(view.order, one)), class_name=_ROWS)
    title = rx.cond(is_receipt(view.order), t("receipt.title"), t("shop_order.pieces"))
    return rx.cond(length(view.pieces) > 0, card(rows, title=title))


_ROWS = "[&>li+li]:border-t [&>li+li]:border-line2"


def _piece(order: Any, one: Any) -> rx.Component:
    tail = rx.el.code("…", one.tail, class_name="font-mono text-ink2")
    looked = rx.el.span(t("shop_order.revealed", at=instant(one.revealed_at)), class_name="text-sm text-ink2")
    under = rx.cond(one.recalled, pill(t("shop_order.recalled"), "amber"))
    tone = choose(one.status, ("sealed", "jade"), otherwise="grey")
    return rx.el.li(
        rx.el.span(t("receipt.piece", n=one.n), class_name="font-semibold"),
        rx.cond(one.tail != "", tail),
        rx.cond(one.revealed_at.bool() & ~is_receipt(order), looked),
        rx.el.span(under, pill(card_status(one.status), tone), class_name="ml-auto inline-flex gap-1.5"),
        class_name="flex flex-wrap items-center gap-x-3 gap-y-1 py-2",
        key=one.n.to(str),
    )


def terms_card(view: Any) -> rx.Component:
    return card(terms_compared(view.terms, ""), title=t("evidence.listing"))
