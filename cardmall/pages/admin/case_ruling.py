"""The ruling: three choices, the one the record suggests, a ground both sides see; then what came of it."""

from typing import Any

import reflex as rx

from cardmall.components.answers import offer_split
from cardmall.components.codes import typed_count
from cardmall.components.controls import Child, button
from cardmall.components.feedback import info_box
from cardmall.components.format import deadline, instant, money
from cardmall.components.forms import app_form, choice_error, field, text_input, textarea
from cardmall.components.labels import case_action, case_status, channel_word, refund_status, refused
from cardmall.components.surface import amount, card, fact, facts, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.domain import limits
from cardmall.domain.rules.cases import CaseAction
from cardmall.states.admin.case import AdminCaseState

_VIEW: Any = AdminCaseState.view
_CASE: Any = AdminCaseState.view.case
_WRONG = AdminCaseState.wrong
_AMOUNT, _GROUND = "ruling-amount", "ruling-ground"
_PART = "ruling-part"  # the id of the radio; the amount follows it without asking the server


def ruling() -> rx.Component:
    """The page's one decision, or why it cannot be made now."""
    opens = rx.cond(_VIEW.opens_at, rx.el.p(t("ruling.until", at=instant(_VIEW.opens_at))))
    closed = info_box(
        rx.el.b(t("ruling.not_yet")), rx.el.p(refused(_VIEW.why)), opens, tone="amber", icon="clock", top=True
    )
    body = rx.cond(_VIEW.why == "", _form(), rx.el.div(_suggestion(), closed, class_name="grid gap-3"))
    return rx.cond(_VIEW.open, card(_grace(), body, title=t("ruling.verdict")))


def _grace() -> rx.Component:
    """An undelivered order nobody answered for is refunded by the clock, whoever rules first."""
    words = t("ruling.grace", at=deadline(_CASE.grace_at))
    runs = _CASE.grace_at & (_VIEW.column == "undelivered")
    return rx.cond(runs, rx.el.div(info_box(words, icon="info", top=True), class_name="mb-3"))


def _suggestion() -> rx.Component:
    """While no ruling may be made, the record is told already."""
    named = rx.fragment(pill(t("ruling.suggestion"), "blue"), " ", rx.el.b(case_action(_VIEW.suggested)), " · ")
    rule = t_enum("ruling.rule", _VIEW.rule)
    words = rx.el.p(rx.cond(_VIEW.suggested != "", named, rx.fragment()), rule, class_name="text-sm")
    return rx.cond(_VIEW.why == "own_case", rx.fragment(), words)


def _form() -> rx.Component:
    everything = t("ruling.full", amount=money(_CASE.paid))
    choices = rx.el.fieldset(
        rx.el.legend(t("ruling.choose"), class_name="sr-only"),
        rx.el.div(
            _choice(CaseAction.rule_shopper, everything),
            _choice(CaseAction.rule_split, t("ruling.part"), _amount(), id=_PART),
            _choice(CaseAction.rule_merchant, t("ruling.none")),
            class_name="grid gap-2",
        ),
        choice_error("ruling", _WRONG.ruling),
        aria_describedby="ruling-error",
    )
    open_rule = rx.el.p(t_enum("ruling.rule", _VIEW.rule), class_name="text-sm text-ink2")
    return app_form(
        rx.cond(_VIEW.suggested == "", open_rule),
        choices,
        _ground(),
        button(t("ruling.act"), kind="seal", size="lg", type="submit", class_name="w-full"),
        rx.el.p(t("ruling.final"), class_name="text-sm text-ink2 text-center"),
        on_submit=AdminCaseState.propose,
        class_name="group/ruling grid gap-3",
        key=_CASE.no,
    )


def _choice(ruling: CaseAction, label: Child, *inside: rx.Component, **props: Any) -> rx.Component:
    """One ruling: what happens then, and whether the record suggests it."""
    suggests = _VIEW.suggested == ruling.value
    mark = rx.el.input(
        type="radio",
        name="ruling",
        value=ruling.value,
        default_checked=suggests,
        class_name="mt-[3px] size-4 shrink-0 accent-[var(--ink)]",
        **props,
    )
    rule = rx.el.span(pill(t("ruling.suggestion"), "blue"), " ", t_enum("ruling.rule", _VIEW.rule), class_name="block")
    effect = t_enum("ruling.effect", f"{ruling.value}_" + _VIEW.column)
    words = rx.el.span(
        rx.el.b(label, class_name="font-semibold"),
        rx.el.span(effect, class_name="block text-sm text-ink2"),
        rx.cond(suggests, rx.el.span(rule, class_name="block text-sm mt-1")),
        class_name="min-w-0",
    )
    head = rx.el.label(mark, words, class_name="touch flex items-start gap-2.5 cursor-pointer")
    look = (
        "rounded-control border border-line px-3.5 py-2.5 transition-colors duration-150 hover:border-ink3 "
        "has-checked:border-ink has-checked:shadow-[inset_0_0_0_1px_var(--ink)]"
    )
    return rx.el.div(head, *inside, class_name=look)


def _amount() -> rx.Component:
    """What each side gets stands below as it is typed."""
    box = text_input("amount", id=_AMOUNT, input_mode="decimal", auto_complete="off", placeholder="0.00")
    return rx.el.div(
        field(t("ruling.amount"), box, name=_AMOUNT, error=_WRONG.amount),
        offer_split(_AMOUNT, paid=_CASE.paid, most=_CASE.paid),
        class_name=f"hidden mt-2 ml-[26px] gap-1.5 group-has-[#{_PART}:checked]/ruling:grid",
    )


def _ground() -> rx.Component:
    box = textarea("ground", id=_GROUND, rows=4)
    return rx.el.div(
        field(t("ruling.ground"), box, name=_GROUND, error=_WRONG.ground, hint=t("ruling.ground_hint")),
        rx.el.div(typed_count(_GROUND, limits.TEXT_LENGTH), class_name="text-right"),
    )


def ruling_outcome() -> rx.Component:
    """What was decided, what comes back, and the ground; nothing while the appeal is open."""
    ground = rx.cond(
        _VIEW.ground != "",
        fact(t("ruling.ground"), rx.el.span(_VIEW.ground, class_name="whitespace-pre-wrap [overflow-wrap:anywhere]")),
    )
    no_money = rx.cond(_VIEW.ruled, fact(t("ruling.refund"), t("ruling.no_refund")))
    money_back = rx.el.div(rx.foreach(_VIEW.order.refunds, _refund), class_name="grid gap-2")
    rows = rx.el.div(
        rx.cond(length(_VIEW.order.refunds) > 0, money_back, rx.el.dl(no_money)),
        rx.el.dl(
            rx.cond(_CASE.ended_at, fact(t("ruling.ended"), instant(_CASE.ended_at))), ground, class_name="grid gap-2"
        ),
        class_name="mt-4 grid gap-2",
    )
    box = info_box(rx.el.b(case_status(_CASE.status)), tone="jade", icon="scale")
    title = rx.cond(_VIEW.ruled, t("ruling.outcome"), t("ruling.outcome_closed"))
    over = ~_VIEW.open & (_CASE.awaited == "")
    return rx.cond(over, rx.el.div(card(box, rows, title=title), data_panel="over"))


def _refund(refund: Any) -> rx.Component:
    return facts(
        (t("ruling.refund"), amount(money(refund.amount), tone="text-jade")),
        (t("ruling.refund_state"), rx.fragment(refund_status(refund.status), " · ", channel_word(refund.channel))),
    )
