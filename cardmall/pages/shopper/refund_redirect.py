"""改退: the form that names another account, with the shopper's consent (R59)."""

import reflex as rx

from cardmall.components.controls import button
from cardmall.components.format import money
from cardmall.components.forms import app_form, chip, chips, consent, field, text_input
from cardmall.components.surface import card
from cardmall.components.text import t, t_enum
from cardmall.domain.refunding import DestinationKind
from cardmall.states.shopper.refund import RefundState


def redirect_card() -> rx.Component:
    kinds = [
        chip(
            "kind",
            kind.value,
            t(f"refund.kind.{kind}"),
            checked=RefundState.kind == kind.value,
            on_change=RefundState.pick(kind.value),
        )
        for kind in (DestinationKind.bank_card, DestinationKind.alipay)
    ]
    form = app_form(
        chips("kind", t("refund.kind_label"), *kinds, error=RefundState.kind_error),
        *_fields(),
        consent("consent", t("refund.consent", amount=money(RefundState.page.one.amount)), RefundState.consent_error),
        rx.el.div(button(t("refund.redirect"), type="submit", kind="seal", size="lg")),
        rx.el.p(t("refund.sealed"), class_name="text-sm text-ink2"),
        on_submit=RefundState.redirect,
        class_name="grid gap-4",
    )
    return card(form, title=t("refund.redirect_title"))


def _fields() -> list[rx.Component]:
    """The account, its holder, and the password of whoever asks."""
    hint = t_enum("refund.account_hint", RefundState.kind)
    account = text_input("account", auto_complete="off", max_length=300, placeholder=hint)
    holder = text_input("holder", auto_complete="off", max_length=80)
    password = text_input("password", type="password", auto_complete="current-password", max_length=128)
    return [
        field(t_enum("refund.account", RefundState.kind), account, name="account", error=RefundState.account_error),
        _hinted("holder", holder, RefundState.holder_error),
        _hinted("password", password, RefundState.password_error),
    ]


def _hinted(name: str, box: rx.Component, error: str) -> rx.Component:
    return field(t(f"refund.{name}"), box, name=name, error=error, hint=t(f"refund.{name}_hint"))
