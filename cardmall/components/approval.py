"""The rule by which undelivered requests are approved at once, as shoppers and shops read it (R97)."""

from typing import Any

import reflex as rx

from cardmall.components.feedback import info_box
from cardmall.components.format import money
from cardmall.components.surface import fact
from cardmall.components.text import t, t_enum


def rule_of_product(rule: Any) -> rx.Component:
    """Before anything is bought: within which caps, and what happens beyond them. `rule`: Var of a RuleTold."""
    most = money(rule.most)
    within = rx.cond(rule.by_hand, t("approval.product_by_hand", most=most), t("approval.product", most=most))
    beyond = t("approval.product_caps", shopper=rule.per_shopper, day=rule.per_day)
    return rx.fragment(within, rx.el.span(beyond, class_name="block text-sm mt-0.5"))


def why_not(rule: Any) -> rx.Var[str]:
    """Why this request is not approved at once, and who answers it."""
    return t_enum("approval.why", rule.why, most=money(rule.most), shopper=rule.per_shopper)


def rule_of_order(rule: Any) -> rx.Component:
    """Before it is paid: what a request about all of it would come to."""
    when = rx.cond(rule.by_hand, t("approval.until_begun"), t("approval.before_paying_line"))
    late = rx.el.span(t("approval.late"), class_name="block text-sm text-ink2")
    return rx.fragment(rx.cond(rule.at_once, rx.fragment(when, late), why_not(rule)))


def rule_box(rule: Any) -> rx.Component:
    """Before it is asked for: that it is approved at once, or why it is not. Nothing where there is no rule."""
    late = rx.el.p(t("approval.late"), class_name="text-sm")
    at_once = info_box(rx.el.b(t("approval.head")), late, tone="jade", icon="circle-check", top=True)
    closed = info_box(rx.el.p(why_not(rule)), icon="info")
    return rx.cond(rule.n > 0, rx.el.div(rx.cond(rule.at_once, at_once, closed), role="status", data_rule=rule.why))


def by_version(case: Any) -> rx.Component:
    """Which version of the rule approved a case, as a fact; nothing where a person did. `case`: Var of a CaseView."""
    return rx.cond(case.rule > 0, fact(t("approval.by"), t("approval.by_version", n=case.rule)))
