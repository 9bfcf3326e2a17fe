"""Sign in: one page for everybody (R7)."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, native_form
from cardmall.components.text import t
from cardmall.pages.public.sign_in import FORM, back_field, door, door_link, foot, identifier_field, password_field
from cardmall.states.public.sign_in import SignInState


def login_page() -> rx.Component:
    form = native_form(
        back_field(),
        identifier_field(),
        password_field(t("login.password"), "current-password"),
        button(t("login.submit"), kind="seal", size="lg", type="submit", class_name="w-full mt-1"),
        action=routes.SIGN_IN,
        class_name=FORM,
    )
    links = foot(door_link(t("login.register"), routes.REGISTER), door_link(t("login.forgot"), routes.FORGOT))
    return door(t("login.title"), t("login.line"), form, links)


PAGE = {
    "title": t("login.title"),
    "component": login_page,
    "route": routes.LOGIN,
    "on_load": SignInState.load_login,
}
