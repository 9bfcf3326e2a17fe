"""Register: an address and a password; the address is proven afterwards (R7)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, native_form
from cardmall.components.forms import field, text_input
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.pages.public.sign_in import FORM, back_field, door, door_link, foot, identifier_field, new_password_field
from cardmall.states.public.sign_in import SignInState


def register_page() -> rx.Component:
    form = native_form(
        back_field(),
        identifier_field(),
        new_password_field(t("login.password")),
        _name_field(),
        button(t("register.submit"), kind="seal", size="lg", type="submit", class_name="w-full mt-1"),
        action=routes.SIGN_UP,
        class_name=FORM,
    )
    return door(t("register.title"), t("register.line"), form, foot(door_link(t("register.login"), routes.LOGIN)))


def _name_field() -> rx.Component:
    control = text_input(
        "name",
        default_value=SignInState.name,
        key=SignInState.name,
        auto_complete="nickname",
        max_length=limits.NAME_LENGTH,
    )
    return field(
        t("register.name"),
        control,
        name="name",
        error=SignInState.errors.name,
        hint=t("register.name_hint"),
        optional=True,
    )


PAGE = {
    "title": t("register.title"),
    "component": register_page,
    "route": routes.REGISTER,
    "on_load": SignInState.load_register,
}
