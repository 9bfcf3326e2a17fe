"""Offer an order to somebody else: to whom, what happens then, one button that says it (R53)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link_button
from cardmall.components.feedback import bone, info_box, skeleton, title_skeleton
from cardmall.components.format import money
from cardmall.components.forms import app_form, field, text_input
from cardmall.components.labels import refused
from cardmall.components.surface import action_bar, amount, breadcrumb, card, cover, product_line
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.states.shopper.transfer_form import TransferFormState

VIEW = TransferFormState.view
HOURS = int(limits.TRANSFER_WITHIN.total_seconds() // 3600)
MINUTES = int(limits.PAY_WITHIN.total_seconds() // 60)


def transfer_form_page() -> rx.Component:
    waiting = skeleton(title_skeleton(), bone("h-20 mb-5"), bone("h-40"), class_name="max-w-[640px] mx-auto")
    content = rx.cond(TransferFormState.loaded, _content(), waiting)
    missing = TransferFormState.missing
    return shop_frame(guarded(content, waiting, Role.shopper, missing=missing), here="orders")


def _content() -> rx.Component:
    here = t("transfer.form_title")
    crumbs = breadcrumb([(t("order.crumb"), routes.ORDERS), (VIEW.order_no, routes.order_url(VIEW.order_no))], here)
    head = rx.el.h1(here, class_name="text-h1 font-bold mb-4")
    body = rx.cond(VIEW.is_open, _form(), _closed())
    return rx.el.div(crumbs, head, _order(), body, class_name="max-w-[640px] mx-auto")


def _order() -> rx.Component:
    sealed = rx.cond(VIEW.sealed, t("transfer.sealed"), t("transfer.undelivered"))
    state = rx.cond(VIEW.is_open, rx.fragment(" · ", sealed))  # of another order the reason below says it
    words = rx.el.div(
        product_line(VIEW.product, "font-semibold"),
        rx.el.div(VIEW.order_no, state, class_name="text-sm text-ink2"),
        class_name="min-w-0 grow",
    )
    row = rx.el.div(cover(VIEW), words, amount(money(VIEW.amount)), class_name="flex items-center gap-3")
    return card(row, class_name="px-3.5 py-3")


def _closed() -> rx.Component:
    """Why not, and where to go instead."""
    go = rx.cond(VIEW.open_no != "", _to("to_transfer", routes.transfer_url(VIEW.open_no)))
    acts = rx.el.div(
        go, _to("to_order", routes.order_url(VIEW.order_no)), _support(), class_name="flex flex-wrap gap-2"
    )
    box = info_box(
        rx.el.b(t("transfer.closed"), class_name="text-h2 font-semibold"),
        rx.el.p(refused(VIEW.reason), class_name="text-ink mb-2.5"),
        acts,
        tone="amber",
        icon="circle-alert",
        top=True,
    )
    return rx.el.div(box, role="alert", class_name="mt-4")


def _to(key: str, href: rx.Var | str) -> rx.Component:
    return link_button(t(f"transfer.{key}"), href=href, size="lg")


def _support() -> rx.Component:
    return link_button(t("order.support"), href=routes.support_url(VIEW.order_no), size="lg")


def _form() -> rx.Component:
    """Stays mounted while something is wrong, so that nothing typed is lost."""
    to = field(
        t("transfer.to"),
        text_input("address", max_length=limits.ADDRESS_LENGTH, auto_complete="off"),
        name="address",
        error=TransferFormState.address_error,
        hint=t("transfer.to_hint"),
    )
    words = rx.cond(VIEW.sealed, t("transfer.send_sealed"), t("transfer.send"))
    send = button(words, type="submit", kind="seal", size="lg")
    left = rx.el.span(t("transfer.left", n=VIEW.left), class_name="text-sm text-ink2")
    sheet = rx.el.div(card(to), card(_how(), title=t("transfer.how")), class_name="grid gap-4 mt-4")
    return app_form(sheet, action_bar(send, left), on_submit=TransferFormState.send)


def _how() -> rx.Component:
    """What happens, in order."""
    lines = (
        t("transfer.how_1", hours=HOURS),
        t("transfer.how_2", minutes=MINUTES),
        t("transfer.how_3", amount=money(VIEW.amount)),
        t("transfer.how_4"),
    )
    steps = rx.el.ol(*[rx.el.li(line) for line in lines], class_name="list-decimal pl-5 grid gap-1.5 text-ink2")
    held = rx.cond(VIEW.sealed, t("order.panel_note.held_delivered"), t("transfer.hold"))
    return rx.el.div(steps, rx.el.p(held, class_name="mt-3"))


PAGE = {
    "title": t("transfer.form_title"),
    "component": transfer_form_page,
    "route": routes.TRANSFER_FORM,
    "on_load": TransferFormState.load,
}
