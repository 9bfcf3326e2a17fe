"""What the three pages before the door share: the sheet, the fields, and what a form without scripts shows."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link
from cardmall.components.feedback import info_box
from cardmall.components.forms import field, text_input
from cardmall.components.labels import field_error, refused
from cardmall.components.text import t
from cardmall.domain import limits
from cardmall.domain.terms import FieldError, Reason
from cardmall.pages.frame import shop_frame
from cardmall.states.public.sign_in import SignInState

_PROBLEMS = (Reason.wrong_sign_in, Reason.too_many_tries)
_WRONG = (
    *(FieldError.required, FieldError.not_an_address, FieldError.too_short, FieldError.too_long),
    *(FieldError.too_common, FieldError.like_address),
)
FORM = "flex flex-col gap-4"


def door(title: Child, line: Child, *content: rx.Component) -> rx.Component:
    """One sheet in the middle of the page: one thing to do."""
    head = rx.el.div(
        rx.el.h1(title, class_name="text-h1 font-bold"), rx.el.p(line, class_name="text-ink2 mt-1"), class_name="mb-5"
    )
    sheet = "w-full max-w-[420px] mx-auto sm:mt-8 rounded-card border border-line bg-card p-5 sm:p-7"
    return shop_frame(rx.el.div(head, _problem(), *content, class_name=sheet))


def back_field() -> rx.Component:
    return rx.el.input(type="hidden", name="next", value=SignInState.back, read_only=True)


def identifier_field() -> rx.Component:
    """Phone or e-mail; what was typed before comes back."""
    control = text_input(
        "identifier",
        default_value=SignInState.identifier,
        key=SignInState.identifier,
        auto_complete="username",
        auto_capitalize="none",
        spell_check=False,
        max_length=254,
    )
    return field(t("login.identifier"), control, name="identifier", error=SignInState.errors.identifier)


def password_field(label: Child, auto_complete: str, hint: Child = "") -> rx.Component:
    control = text_input(
        "password", type="password", auto_complete=auto_complete, max_length=limits.PASSWORD_LENGTH.stop - 1
    )
    return field(label, control, name="password", error=SignInState.errors.password, hint=hint)


def new_password_field(label: Child) -> rx.Component:
    return password_field(label, "new-password", t("register.password_hint", least=limits.PASSWORD_LENGTH.start))


def foot(*links: Child) -> rx.Component:
    return rx.el.div(
        *links, class_name="flex flex-wrap justify-between gap-x-4 gap-y-1 mt-5 pt-4 border-t border-line2"
    )


def door_link(text: Child, url: str) -> rx.Component:
    """To another of the three pages, keeping the way back."""
    look = "touch inline-flex items-center text-ink2 underline underline-offset-2 hover:text-ink"
    return link(text, href=rx.Var.create(url) + SignInState.query, class_name=look)


def _problem() -> rx.Component:
    limited = SignInState.problem == Reason.too_many_tries.value
    text = rx.cond(limited, t("login.wait", n=SignInState.wait), refused(SignInState.problem))
    by_code = rx.cond(limited, door_link(t("login.by_code"), routes.FORGOT))
    shown = rx.el.div(info_box(text, tone="seal", icon="circle-alert", action=by_code), role="alert", class_name="mb-4")
    return rx.fragment(rx.cond(SignInState.problem != "", shown), _without_scripts())


def _without_scripts() -> rx.Component:
    """The server names the text in the URL's fragment; the browser shows that one."""
    look = "hidden target:block rounded-card border border-seal-line bg-seal-bg text-seal px-4 py-3 mb-4"
    problems = [rx.el.p(refused(reason.value), id=reason.value, class_name=look) for reason in _PROBLEMS]
    fields = [
        rx.el.p(t(f"login.{name}"), " · ", field_error(error.value), id=f"{name}-{error.value}", class_name=look)
        for name in ("identifier", "password")
        for error in _WRONG
    ]
    return rx.el.noscript(*problems, *fields)
