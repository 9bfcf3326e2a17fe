"""平台规则: times, review standards, what comes back and when, what each kind of product promises (R5, R32, R71)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link_button
from cardmall.components.feedback import bone, skeleton
from cardmall.components.guide import contents, section, to, told_table, told_text
from cardmall.components.labels import case_kind, category, channel_word, reject_reason
from cardmall.components.surface import page_title
from cardmall.components.text import t
from cardmall.components.vars import length
from cardmall.domain import guide
from cardmall.domain.guide import OUTCOMES, TERMS
from cardmall.domain.terms import CaseKind, Channel
from cardmall.pages.frame import shop_frame
from cardmall.states.public.guide import GuideState

SECTIONS = ("terms", "standards", "outcomes", "arrival", "policies")


def rules_page() -> rx.Component:
    nav = contents(t("guide.contents"), *[(name, t(f"rules.{name}")) for name in SECTIONS])
    title = page_title(t("rules.title"), aside=link_button(t("rules.help"), href=routes.HELP, kind="outline"))
    line = rx.el.p(t("rules.line"), class_name="text-ink2 -mt-3 mb-4 max-w-[72ch]")
    parts = rx.el.div(_terms(), _standards(), _outcomes(), _arrival(), _policies(), class_name="grid gap-4")
    return shop_frame(title, line, nav, parts)


def _columns(*names: str) -> list[Child]:
    return [t(f"rules.column.{name}") for name in names]


def _terms() -> rx.Component:
    rows: list[tuple[str, list[Child]]] = [
        (f"term-{name}", [t(f"rules.term_name.{name}"), told_text(f"rules.term.{name}")]) for name in TERMS
    ]
    return section("terms", t("rules.terms"), "", told_table(t("rules.terms"), _columns("about", "rule"), rows))


def _standards() -> rx.Component:
    kinds = [_standard(kind) for kind in guide.rejections()]
    sheet = rx.el.div(*kinds, class_name="grid gap-5 lg:grid-cols-2")
    return section("standards", t("rules.standards"), t("rules.standards_line"), sheet)


def _standard(kind: CaseKind) -> rx.Component:
    rows = [
        rx.el.div(
            rx.el.dt(reject_reason(reason.value), class_name="font-semibold"),
            rx.el.dd(told_text(f"rules.reject.{kind}_{reason}"), class_name="text-ink2"),
            id=f"reject-{kind.value}-{reason.value}",
            class_name="py-2.5 scroll-mt-24 data-here:bg-amber-bg",
        )
        for reason in guide.rejections()[kind]
    ]
    head = rx.el.h3(case_kind(kind.value), class_name="font-semibold text-sm text-ink2")
    return rx.el.div(head, rx.el.dl(*rows, class_name="[&>div+div]:border-t [&>div+div]:border-line2"))


def _outcomes() -> rx.Component:
    rows: list[tuple[str, list[Child]]] = [
        (f"outcome-{name}", [told_text(f"rules.outcome_{part}.{name}") for part in ("state", "order", "back")])
        for name in OUTCOMES
    ]
    body = told_table(t("rules.outcomes"), _columns("state", "order", "back"), rows)
    return section("outcomes", t("rules.outcomes"), t("rules.outcomes_line"), body)


def _arrival() -> rx.Component:
    rows: list[tuple[str, list[Child]]] = [
        (f"channel-{one.value}", [channel_word(one.value), told_text(f"rules.channel.{one}")]) for one in Channel
    ]
    said = [rx.el.li(t(f"rules.refund.{name}")) for name in ("original", "accepted", "failed", "closed")]
    table = told_table(t("rules.arrival"), _columns("channel", "where"), rows)
    body = rx.fragment(table, rx.el.ul(*said, class_name="list-disc pl-5 mt-4 grid gap-1"))
    return section("arrival", t("rules.arrival"), told_text("rules.arrival_line"), body)


def _policies() -> rx.Component:
    found = GuideState.view.categories
    some = rx.el.div(rx.foreach(found, _category), class_name="grid gap-5 lg:grid-cols-2")
    none = rx.el.p(t("rules.none"), class_name="text-ink2")
    body = rx.cond(GuideState.loaded, rx.cond(length(found) > 0, some, none), skeleton(bone("h-40")))
    return section("policies", t("rules.policies"), t("rules.policies_line"), body)


def _category(row: Any) -> rx.Component:
    rules = rx.el.dd(rx.foreach(row.rules, lambda text: rx.el.p(text, key=text)))
    returns = rx.el.dd(rx.el.ul(rx.foreach(row.policies, _policy), class_name="grid gap-1"))
    name = "text-sm text-ink2 mt-1.5"
    facts = rx.el.dl(
        rx.el.dt(t("rules.use"), class_name=name), rules, rx.el.dt(t("rules.returns"), class_name=name), returns
    )
    head = rx.el.h3(category(row.category), class_name="font-semibold")
    return rx.el.div(head, facts, id="category-" + row.category, class_name="scroll-mt-4", key=row.category)


def _policy(row: Any) -> rx.Component:
    kept = rx.cond(row.fee == "0", t("rules.allowed", n=row.days), t("rules.allowed_fee", n=row.days, fee=row.fee))
    example = to(row.example, routes.product_url(row.slug))
    about = rx.el.span(t("rules.products", n=row.count), " ", example, class_name="text-sm text-ink2")
    return rx.el.li(rx.cond(row.returnable, kept, t("rules.final")), rx.el.div(about), key=row.slug)


PAGE = {
    "title": t("rules.title"),
    "description": t("rules.line"),
    "component": rules_page,
    "route": routes.RULES,
    "on_load": GuideState.load,
}
