"""The personal centre: who I am, my addresses, my password, the ways to my orders and messages (R8)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, button, link
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.forms import app_form, error_line, field, text_input
from cardmall.components.labels import role
from cardmall.components.surface import avatar, card, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.domain.typed import CODE_ROOM
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.menus import language_switch, sign_out_button
from cardmall.states.session import SessionState
from cardmall.states.shopper.me import MeState
from cardmall.views.shopper.me import AddressView

_ROW = "touch flex items-center gap-2.5 w-full px-1 py-2.5 text-left hover:text-seal"


def me_page() -> rx.Component:
    content = rx.fragment(page_title(t("frame.me")), two_columns([_addresses(), _password()], [_person(), _ways()]))
    return shop_frame(guarded(content, detail_skeleton()))


def _person() -> rx.Component:
    person = SessionState.person
    words = rx.el.div(
        rx.el.div(person.name, title=person.name, class_name="font-semibold truncate"),
        rx.el.div(
            role(person.role), rx.cond(person.shop_name != "", " · " + person.shop_name, ""), class_name="text-ink2"
        ),
        class_name="min-w-0",
    )
    return card(rx.el.div(avatar(person.name), words, class_name="flex items-center gap-3"))


def _ways() -> rx.Component:
    return card(
        _own_place(),
        _way("bell", t("frame.inbox"), routes.INBOX),
        language_switch(_ROW),
        sign_out_button(_ROW),
        class_name="px-5 py-2 [&>*+*]:border-t [&>*+*]:border-line2",
    )


def _own_place() -> rx.Component:
    """A shopper's orders; who works here finds the desk instead."""
    return choose(
        SessionState.person.role,
        (Role.merchant.value, _way("store", t("frame.merchant_title"), routes.MERCHANT)),
        (Role.admin.value, _way("scale", t("frame.admin_title"), routes.ADMIN)),
        otherwise=_way("receipt-text", t("frame.orders"), routes.ORDERS),
    )


def _way(icon: str, text: Child, url: str) -> rx.Component:
    arrow = rx.icon("chevron-right", size=16, class_name="ml-auto text-ink3", aria_hidden="true")
    return link(rx.icon(icon, size=16, aria_hidden="true"), text, arrow, href=url, class_name=_ROW)


def _addresses() -> rx.Component:
    rows = rx.foreach(MeState.addresses, _address)
    return card(rx.el.ul(rows, class_name="[&>li+li]:border-t [&>li+li]:border-line2"), title=t("me.addresses"))


def _address(address: rx.vars.ObjectVar[AddressView]) -> rx.Component:
    state = rx.cond(address.confirmed, pill(t("me.proven"), "jade"), pill(t("me.unproven"), "amber"))
    line = rx.el.div(
        rx.el.span(t_enum("me.kind", address.kind), class_name="text-ink2 w-16 shrink-0"),
        rx.el.span(address.shown, class_name="font-semibold min-w-0 [overflow-wrap:anywhere]"),
        state,
        class_name="flex flex-wrap items-center gap-x-3 gap-y-1",
    )
    return rx.el.li(
        line, rx.cond(address.confirmed, rx.fragment(), _prove(address)), class_name="py-2.5", key=address.kind
    )


def _prove(address: rx.vars.ObjectVar[AddressView]) -> rx.Component:
    """Why and how: a code, then the code typed here."""
    first = button(t("me.send_code"), kind="seal", size="lg", on_click=MeState.send_code(address.kind))
    why = rx.el.p(t("me.why"), class_name="text-sm text-ink2 mt-1 mb-3")
    again = rx.el.div(first, error_line("code", MeState.code_error))
    return rx.el.div(why, rx.cond(address.sent, _code_form(address), again))


def _code_form(address: rx.vars.ObjectVar[AddressView]) -> rx.Component:
    minutes = int(limits.CONFIRM_CODE_LIFE.total_seconds() // 60)
    hint = t("me.code_hint", n=minutes, tries=limits.CONFIRM_CODE_TRIES)
    code = text_input("code", input_mode="numeric", auto_complete="one-time-code", max_length=CODE_ROOM)
    acts = rx.el.div(
        button(t("me.confirm"), kind="seal", size="lg", type="submit"),
        button(t("forgot.again"), kind="ghost", size="lg", on_click=MeState.send_code(address.kind)),
        class_name="flex flex-wrap gap-2",
    )
    return app_form(
        rx.el.input(type="hidden", name="kind", value=address.kind, read_only=True),
        field(
            t("forgot.code"),
            code,
            name="code",
            error=MeState.code_error,
            hint=hint,
        ),
        acts,
        on_submit=MeState.confirm,
        class_name="flex flex-col gap-3 max-w-[320px]",
    )


def _password() -> rx.Component:
    old = text_input(
        "old", type="password", auto_complete="current-password", max_length=limits.PASSWORD_LENGTH.stop - 1
    )
    new = text_input("new", type="password", auto_complete="new-password", max_length=limits.PASSWORD_LENGTH.stop - 1)
    hint = t("register.password_hint", least=limits.PASSWORD_LENGTH.start)
    form = app_form(
        field(t("me.old"), old, name="old", error=MeState.old_error),
        field(t("forgot.password"), new, name="new", error=MeState.new_error, hint=hint),
        rx.el.div(button(t("me.change_password"), size="lg", kind="outline", type="submit")),
        on_submit=MeState.change_password,
        class_name="flex flex-col gap-4 max-w-[320px]",
        key=rx.Var.create(MeState.changed).to(str),
    )
    return card(form, title=t("me.password"), aside=t("me.password_line"))


PAGE = {"title": t("frame.me"), "component": me_page, "route": routes.ME, "on_load": MeState.load}
