"""改退: the form that names another account, with the shopper's consent (R59)."""

import reflex as rx

from cardmall.components.controls import button
from cardmall.components.format import money
from cardmall.components.forms import checkbox, chip, chips, error_line, field, text_input
from cardmall.components.surface import card
from cardmall.components.text import t, t_enum
from cardmall.domain.refunding import DestinationKind
from cardmall.states.shopper.refund import RefundState


def redirect_card() -> rx.Component:
    kinds = [
        chip(
            "kind", kind.value, t(f"refund.kind.{kind}"),
            checked=RefundState.kind == kind.value, on_change=RefundState.pick(kind.value),
        )
        for kind in (DestinationKind.bank_card, DestinationKind.alipay)
    ]  # fmt: skip
    hint = t_enum("refund.account_hint", RefundState.kind)
    form = rx.el.form(
        chips("kind", t("refund.kind_label"), *kinds, error=RefundState.kind_error),
        field(
            t_enum("refund.account", RefundState.kind),
            text_input("account", auto_complete="off", max_length=300, placeholder=hint),
            name="account", error=RefundState.account_error,
        ),
        field(
            t("refund.holder"), text_input("holder", auto_complete="off", max_length=80),
            name="holder", error=RefundState.holder_error, hint=t("refund.holder_hint"),
        ),
        field(
            t("refund.password"),
            text_input("password", type="password", auto_complete="current-password", max_length=128),
            name="password", error=RefundState.password_error, hint=t("refund.password_hint"),
        ),
        rx.el.div(
            checkbox("consent", t("refund.consent", amount=money(RefundState.page.one.amount))),
            error_line("consent", RefundState.consent_error),
        ),
        rx.el.div(button(t("refund.redirect"), type="submit", kind="seal", size="lg")),
        rx.el.p(t("refund.sealed"), class_name="text-sm text-ink2"),
        on_submit=RefundState.redirect,
        no_validate=True,
        class_name="grid gap-4",
    )  # fmt: skip
    return card(form, title=t("refund.redirect_title"))
