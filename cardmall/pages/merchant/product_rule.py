"""The rule of a product, below its form: an owner switches it on under three caps; each save is a version (R97)."""

from typing import Any

import reflex as rx

from cardmall.components.controls import button, more
from cardmall.components.feedback import info_box
from cardmall.components.format import instant, money
from cardmall.components.forms import app_form, checkbox, error_line, text_input
from cardmall.components.surface import card, pill, side_note
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.states.merchant.product import MerchantProductState as State

_RULE: Any = State.view.rule
_TYPED: Any = State.rule_typed
_NUMBER_ROOM = 16


def rule_card() -> rx.Component:
    """Of a known product; staff read it."""
    staff = rx.el.p(t("approval.owner_only"), class_name="text-ink2")
    state = rx.cond(_RULE.terms.is_on, pill(t("approval.is_on"), "jade"), pill(t("approval.is_off"), "grey"))
    inside = rx.el.div(
        rx.el.p(t("approval.line"), class_name="text-ink2 max-w-[60ch]"),
        _notes(),
        rx.cond(_RULE.may_set, _form(), staff),
        rx.cond(_RULE.version > 0, _history()),
        class_name="grid gap-4",
    )
    return rx.el.div(card(inside, title=t("approval.title"), aside=state), id="rule", class_name="mt-4 scroll-mt-4")


def _notes() -> rx.Component:
    """Somebody set it meanwhile: what, once the own save has found it."""
    last = _RULE.versions[0]
    lines = rx.el.ul(rx.foreach(State.rule_theirs, _their), class_name="list-disc pl-5 text-sm mt-1")
    stale = info_box(
        rx.el.b(t("goods.stale_title", name=last.name, at=instant(last.at))),
        lines,
        rx.el.p(t("goods.stale_line"), class_name="text-sm mt-1"),
        tone="amber",
        icon="git-compare",
        top=True,
    )
    shown = rx.cond(length(State.rule_theirs) > 0, stale)
    return rx.el.div(shown, role="alert", class_name="empty:hidden")


def _their(one: Any) -> rx.Component:
    mine = rx.cond(one.mine, rx.el.b(" · ", t("goods.both"), class_name="text-seal"))
    return rx.el.li(t_enum("approval.field", one.field), " ", one.before, " → ", one.after, mine, key=one.field)


def _form() -> rx.Component:
    on = rx.el.div(
        checkbox("rule_on", t("approval.on"), default_checked=_TYPED["rule_on"] == "on"),
        rx.el.p(t("approval.on_hint"), class_name="text-sm text-ink2 pl-6"),
    )
    caps = rx.el.div(
        _cap("rule_most", t("goods.yuan"), State.rule_most_error, mode="decimal"),
        _cap("rule_shopper", t("approval.times"), State.rule_shopper_error),
        _cap("rule_day", t("approval.times"), State.rule_day_error),
        class_name="grid gap-4 sm:grid-cols-3 items-start",
    )
    fields = rx.cond(_RULE.shows_fields, side_note(t("approval.fields")))
    act = rx.el.div(
        button(t("approval.save"), type="submit", kind="outline", size="lg"),
        rx.cond(_RULE.version > 0, rx.el.span(t("approval.today", n=_RULE.today), class_name="text-sm text-ink2")),
        class_name="flex flex-wrap items-center gap-x-4 gap-y-2",
    )
    look = "grid gap-4 max-w-[760px]"
    return app_form(on, caps, fields, act, on_submit=State.save_rule, class_name=look, key=State.rule_drawn)


def _cap(name: str, unit: Any, error: Any, *, mode: str = "numeric") -> rx.Component:
    """A number with its unit beside it."""
    box = text_input(
        name,
        default_value=_TYPED[name],
        max_length=_NUMBER_ROOM,
        input_mode=mode,
        custom_attrs={"aria-describedby": f"{name}-hint {name}-error", "aria-invalid": error != ""},
    )
    return rx.el.div(
        rx.el.label(t(f"approval.field.{name}"), html_for=name, class_name="font-semibold"),
        rx.el.div(box, rx.el.span(unit, class_name="text-ink2 shrink-0"), class_name="flex items-center gap-2"),
        rx.el.p(t(f"approval.hint.{name}"), id=f"{name}-hint", class_name="text-sm text-ink2"),
        error_line(name, error),
        class_name="flex flex-col gap-1.5",
    )


def _history() -> rx.Component:
    """Who changed what, the newest first."""
    rows = rx.el.ol(rx.foreach(_RULE.versions, _version), class_name="grid gap-2 mt-2")
    return more(t("approval.history"), rows)


def _version(one: Any) -> rx.Component:
    caps = t("approval.caps", most=money(one.most), shopper=one.per_shopper, day=one.per_day)
    who = t("approval.changed", name=one.name, at=instant(one.at))
    return rx.el.li(
        rx.el.b(t("approval.version", n=one.n), class_name="font-semibold mr-2"),
        rx.cond(one.is_on, caps, t("approval.is_off")),
        rx.el.span(who, class_name="block text-sm text-ink2"),
        key=one.n.to(str),
    )
