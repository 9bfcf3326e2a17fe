"""A forgotten password: first a code to the address, then the code and a new password (R7)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, native_form
from cardmall.components.forms import field, text_input
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.domain.typed import CODE_ROOM
from cardmall.pages.public.sign_in import FORM, back_field, door, door_link, foot, identifier_field, new_password_field
from cardmall.states.public.sign_in import SignInState


def forgot_page() -> rx.Component:
    content = rx.cond(SignInState.sent, _new_password(), _send_code())
    return door(t("forgot.title"), t("forgot.line"), content, foot(door_link(t("register.login"), routes.LOGIN)))


def _send_code() -> rx.Component:
    return native_form(
        back_field(),
        identifier_field(),
        button(t("forgot.send"), kind="seal", size="lg", type="submit", class_name="w-full mt-1"),
        action=routes.FORGOT_CODE,
        class_name=FORM,
    )


def _new_password() -> rx.Component:
    code = text_input("code", input_mode="numeric", auto_complete="one-time-code", max_length=CODE_ROOM)
    minutes, tries = int(limits.CONFIRM_CODE_LIFE.total_seconds() // 60), limits.CONFIRM_CODE_TRIES
    hint = t("me.code_hint", n=minutes, tries=tries)
    form = native_form(
        back_field(),
        _same_identifier(),
        rx.el.p(
            t("forgot.sent", target=SignInState.identifier),
            role="status",
            class_name="text-ink2 [overflow-wrap:anywhere]",
        ),
        field(t("forgot.code"), code, name="code", error=SignInState.errors.code, hint=hint),
        new_password_field(t("forgot.password")),
        button(t("forgot.submit"), kind="seal", size="lg", type="submit", class_name="w-full mt-1"),
        action=routes.RESET,
        class_name=FORM,
    )
    again = native_form(
        back_field(), _same_identifier(), button(t("forgot.again"), type="submit"), action=routes.FORGOT_CODE
    )
    other = button(t("forgot.other"), kind="ghost", on_click=SignInState.start_over)
    return rx.fragment(form, rx.el.div(again, other, class_name="flex flex-wrap gap-2 mt-3"))


def _same_identifier() -> rx.Component:
    return rx.el.input(type="hidden", name="identifier", value=SignInState.identifier, read_only=True)


PAGE = {
    "title": t("forgot.title"),
    "component": forgot_page,
    "route": routes.FORGOT,
    "on_load": SignInState.load_forgot,
}
