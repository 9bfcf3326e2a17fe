"""One product as its shop makes and changes it, beside what a shopper will read (R85)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.ask import ask_button
from cardmall.components.buyer_fields import answers_preview
from cardmall.components.controls import Child, button, link_button, question
from cardmall.components.feedback import detail_skeleton, info_box
from cardmall.components.format import instant
from cardmall.components.forms import app_form
from cardmall.components.goods import SHEET, cancel_rules, form_watch, product_sheet
from cardmall.components.receipts import is_receipt
from cardmall.components.stock import counted, delivery_line
from cardmall.components.surface import card, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.domain.terms import DeliveryMode, Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.product_form import form_cards
from cardmall.pages.merchant.product_rule import rule_card
from cardmall.states.merchant.product import MerchantProductState as State

_VIEW: Any = State.view
_KNOWN = _VIEW.slug != ""
_TERMS: Any = State.terms
_WAS: Any = _VIEW.goods
_ACTS = "flex flex-wrap items-end justify-end gap-2 sm:ml-auto min-w-0"


def product_form_page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(State.loaded, _content(), waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, missing=State.missing), here="products")


def _content() -> rx.Component:
    left = rx.el.div(*form_cards(), class_name="grid gap-4 content-start min-w-0")
    right = rx.el.div(*_preview(), class_name="grid gap-4 content-start min-w-0 xl:sticky xl:top-4")
    form = app_form(
        form_watch(State.type),
        rx.el.div(left, right, class_name="grid gap-4 xl:grid-cols-[minmax(0,1fr)_320px] items-start"),
        _bar(),
        on_submit=State.save,
        key=State.drawn,
    )
    rule = rx.cond(_KNOWN & ~_VIEW.archived, rule_card())
    return rx.el.div(_title(), _notes(), form, rule, _question())


def _title() -> rx.Component:
    state = choose(
        rx.cond(_VIEW.archived, "archived", rx.cond(_VIEW.listed, "listed", "unlisted")),
        ("listed", pill(t("goods.tab.listed"), "jade")),
        ("archived", pill(t("goods.tab.archived"), "grey")),
        otherwise=pill(t("goods.tab.unlisted"), "grey"),
    )
    return page_title(
        rx.cond(_KNOWN, t("goods.edit_title"), t("goods.new")),
        rx.cond(_KNOWN, state),
        aside=rx.cond(_KNOWN, _acts()),
        crumbs=[(t("goods.title"), routes.MERCHANT_PRODUCTS)],
        here=rx.cond(_KNOWN, _WAS.name, t("goods.new")),
    )


def _acts() -> rx.Component:
    """What is done to the product as it is saved, at once."""
    page = link_button(t("goods.page"), href=routes.product_url(_VIEW.slug), kind="ghost")
    word = rx.cond(_VIEW.listed, t("goods.unlist"), t("goods.list"))
    codes = counted(_VIEW.codes, t("goods.pieces", n=_VIEW.codes), t("goods.many"))
    stock = link_button(codes, href=routes.product_stock_url(_VIEW.slug))
    kept = rx.fragment(
        rx.cond(_VIEW.listed, page),
        rx.cond(_WAS.mode == DeliveryMode.auto.value, stock),
        rx.cond(
            State.dirty,
            ask_button("goods.copy_ask", t("goods.copy"), on_yes=State.copy),
            button(t("goods.copy"), on_click=State.copy),
        ),
        button(t("goods.archive"), on_click=State.archive),
        button(word, on_click=State.switch(~_VIEW.listed), kind="outline"),
    )
    restore = button(t("goods.restore"), on_click=State.archive, kind="outline")
    delete = rx.cond(_VIEW.may_delete, button(t("goods.delete"), on_click=State.ask))
    return rx.fragment(delete, rx.cond(_VIEW.archived, restore, kept))


def _notes() -> rx.Component:
    """Somebody saved it meanwhile: that they did, or what, once the own save has found it."""
    newer = info_box(
        rx.el.b(t("goods.newer")),
        rx.el.p(t("goods.newer_line"), class_name="text-sm"),
        tone="amber",
        icon="refresh-cw",
        action=button(t("goods.reload"), on_click=State.reload),
    )
    lines = rx.el.ul(rx.foreach(State.theirs, _their), class_name="list-disc pl-5 text-sm mt-1")
    stale = info_box(
        rx.el.b(t("goods.stale_title", name=_VIEW.saved_by, at=instant(_VIEW.saved_at))),
        lines,
        rx.el.p(t("goods.stale_line"), class_name="text-sm mt-1"),
        tone="amber",
        icon="git-compare",
        top=True,
    )
    archived = info_box(t("goods.archived_line"), tone="grey", icon="archive")
    return rx.el.div(
        rx.cond(State.newer, newer),
        rx.el.div(rx.cond(length(State.theirs) > 0, stale), role="alert", class_name="empty:hidden"),
        rx.cond(_VIEW.archived, archived),
        class_name="grid gap-3 mb-4 empty:hidden has-[>:only-child:empty]:hidden",
    )


def _their(one: Any) -> rx.Component:
    mine = rx.cond(one.mine, rx.el.b(" · ", t("goods.both"), class_name="text-seal"))
    return rx.el.li(_change(one), mine, key=one.field)


def _change(one: Any) -> rx.Component:
    """价格 ¥288.00 → ¥268.00"""
    values = rx.fragment(" ", one.before, " → ", one.after)
    return rx.fragment(t_enum("goods.form", one.field), rx.cond((one.before != "") | (one.after != ""), values))


def _preview() -> list[rx.Component]:
    """What the shopper will see, by the functions that show it there."""
    row: Any = State.row
    comes = delivery_line(row.mode, _TERMS.delay_seconds // 60, _TERMS.promise_seconds // 60)
    marked = (
        (_TERMS.return_allowed != _WAS.return_allowed)
        | (_TERMS.window_days != _WAS.window_days)
        | (_TERMS.fee_permille != _WAS.fee_permille)
    )
    legend = rx.cond(_KNOWN & marked, rx.el.p(t("goods.marked"), class_name="text-sm text-amber mt-2"))
    return [
        card(
            rx.el.div(product_sheet(row, unnamed=t("goods.form.name")), class_name=SHEET),
            rx.el.p(comes, class_name="text-sm text-ink2 mt-2.5"),
            rx.cond(is_receipt(_TERMS), rx.el.p(t("goods.as_receipt"), class_name="text-sm text-ink2")),
            title=t("goods.preview"),
            aside=t("goods.preview_line"),
        ),
        rx.cond(
            length(State.asked) > 0,
            card(answers_preview(State.asked), title=t("field.title"), aside=t("field.preview_line")),
        ),
        card(
            cancel_rules(_TERMS, narrow=True, marked=_KNOWN & marked, rule=_VIEW.rule.told),
            legend,
            title=t("mall.how"),
        ),
    ]


def _bar() -> rx.Component:
    """At the foot: what is not saved yet, and the act."""
    count = rx.el.b(t("goods.unsaved", n=length(State.changes)), class_name="font-semibold")
    some = rx.fragment(count, " ", rx.foreach(State.changes, _in_bar))
    told = rx.cond(length(State.changes) > 0, some, rx.el.b(t("goods.unsaved_some"), class_name="font-semibold"))
    mark = rx.el.span(class_name="size-2 rounded-full bg-amber shrink-0", aria_hidden="true")
    changed = rx.el.p(mark, rx.el.span(told, class_name="line-clamp-2"), class_name="flex items-center gap-2")
    calm = rx.el.p(rx.cond(_KNOWN, t("goods.all_saved"), t("goods.new_line")), class_name="text-ink2 max-sm:hidden")
    words = rx.cond(_KNOWN, t("goods.save"), t("goods.make"))
    acts = rx.el.div(
        link_button(_leave(), href=routes.MERCHANT_PRODUCTS, kind="ghost", size="lg"),
        button(words, type="submit", kind="seal", size="lg", disabled=_KNOWN & (~State.dirty | _VIEW.archived)),
        class_name=f"{_ACTS} max-sm:w-full [&>*:last-child]:max-sm:grow",
    )
    shown = rx.el.div(
        rx.cond(_KNOWN & State.dirty, changed, calm), class_name="min-w-0 sm:grow sm:basis-60 text-sm empty:hidden"
    )
    look = (
        "sticky bottom-0 z-10 mt-4 -mx-4 lg:-mx-[30px] px-4 lg:px-[30px] py-3 border-t border-line bg-card "
        "flex flex-wrap items-center gap-3"
    )
    return rx.el.div(shown, acts, class_name=look)


def _leave() -> Child:
    return rx.cond(State.dirty, t("goods.discard"), t("goods.back"))


def _in_bar(one: Any) -> rx.Component:
    return rx.el.span(_change(one), class_name="text-ink2 mr-3")


def _question() -> rx.Component:
    return question(
        "goods.ask",
        "delete",
        t("goods.ask.line", name=_WAS.name),
        State.delete,
        asked=rx.Var.create(State.question),
        on_close=State.close,
    )


PAGE = {
    "title": rx.cond(_KNOWN, t("goods.edit_title"), t("goods.new")),
    "component": product_form_page,
    "route": routes.MERCHANT_PRODUCT,
    "on_load": State.load,
}
