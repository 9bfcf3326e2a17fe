"""The request: reason, words, what comes back and by when; one button that says what happens (R35-R38)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.approval import rule_box
from cardmall.components.codes import typed_count
from cardmall.components.controls import button, link, link_button
from cardmall.components.feedback import bone, info_box, skeleton, title_skeleton
from cardmall.components.format import deadline, money
from cardmall.components.forms import app_form, checkbox, chip, chips, field, textarea
from cardmall.components.guide import closed_words, rule_link
from cardmall.components.pictures import picture_box
from cardmall.components.receipts import is_receipt
from cardmall.components.surface import action_bar, amount, breadcrumb, card, cover, product_line
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.receipts import ProductForm
from cardmall.domain.rules.cases import case_reasons
from cardmall.domain.terms import CaseKind, CaseReason, Reason, Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.shopper.cancel_choice import piece_choice
from cardmall.pages.shopper.order_ways import DAYS
from cardmall.states.shopper.cancel import CancelState

VIEW = CancelState.view
WAY: Any = CancelState.decision
RULE: Any = CancelState.rule
_FORM_OFFER = (WAY.offer == "request") | (WAY.offer == "return")


def cancel_page() -> rx.Component:
    waiting = _skeleton()
    content = rx.cond(CancelState.loaded, _content(), waiting)
    return shop_frame(guarded(content, waiting, Role.shopper, missing=CancelState.missing), here="orders")


def _skeleton() -> rx.Component:
    return skeleton(
        title_skeleton(), bone("h-20 mb-5"), bone("h-9 w-3/4 mb-5"), bone("h-24"), class_name="max-w-[640px] mx-auto"
    )


def _content() -> rx.Component:
    crumbs = breadcrumb([(t("order.crumb"), routes.ORDERS), (VIEW.no, routes.order_url(VIEW.no))], _name())
    back = link(
        rx.icon("chevron-left", size=20, aria_hidden="true"),
        href=routes.order_url(VIEW.no),
        aria_label=t("cancel.back"),
        class_name="sm:hidden -ml-2 mr-1 touch grid place-items-center",
    )
    head = rx.el.div(back, rx.el.h1(_name(), class_name="text-h1 font-bold"), class_name="flex items-center mb-4")
    return rx.el.div(
        rx.el.div(crumbs, class_name="max-sm:hidden"),
        head,
        _order(),
        _closed(),
        _form(),
        _ask(),
        class_name="max-w-[640px] mx-auto",
    )


def _name() -> rx.Var[str]:
    return t_enum("cancel.title", CancelState.way)


def _order() -> rx.Component:
    words = rx.el.div(
        product_line(VIEW.product, "font-semibold"),
        rx.el.div(VIEW.no, class_name="text-sm text-ink2"),
        class_name="min-w-0 grow",
    )
    row = rx.el.div(cover(VIEW), words, amount(money(VIEW.total)), class_name="flex items-center gap-3")
    return card(row, class_name="px-3.5 py-3")


def _closed() -> rx.Component:
    """The order moved, or was never fit for this form: the state found, the reason, the next path (R16)."""
    why, rule = closed_words(WAY, VIEW), rule_link(WAY.way, WAY.reason)
    now = t("cancel.now", status=t_enum("row.pill", VIEW.pill))
    box = info_box(
        rx.el.b(rx.cond(CancelState.told, t("cancel.changed"), why), class_name="text-h2 font-semibold"),
        rx.el.p(now, class_name="text-ink"),
        rx.el.p(rx.cond(CancelState.told, why, ""), " ", rule, class_name="text-ink"),
        rx.cond(_FORM_OFFER & CancelState.told, rx.el.p(t("cancel.kept"), class_name="text-sm text-ink")),
        rx.el.div(_next(), _to_order(), _to_support(), class_name="flex flex-wrap gap-2 mt-2.5"),
        tone="amber",
        icon="circle-alert",
    )
    return rx.cond(WAY.is_open, rx.fragment(), rx.el.div(box, role="alert", class_name="mt-4"))


def _next() -> rx.Component:
    words = t_enum("cancel.go", WAY.offer)
    other = button(words, on_click=CancelState.take(WAY.offer), kind="seal", size="lg")
    go = {
        "cancel_now": routes.order_url(VIEW.no),
        "case": routes.case_url(VIEW.cases[0].no),
        "appeal": routes.appeal_url(VIEW.no),
        "support": routes.support_url(VIEW.no),
    }
    links = [(offer, link_button(words, href=url, kind="seal", size="lg")) for offer, url in go.items()]
    return choose(WAY.offer, ("request", other), ("return", other), *links, otherwise=rx.fragment())


def _to_order() -> rx.Component:
    return link_button(t("cancel.go.order"), href=routes.order_url(VIEW.no), kind="plain", size="lg")


def _to_support() -> rx.Component:
    """From every refusal one tap to support (R62); where that is the offer, _next() leads there."""
    go = link_button(t("order.support"), href=routes.support_url(VIEW.no), kind="plain", size="lg")
    return rx.cond(WAY.offer != "support", go)


def _form() -> rx.Component:
    """Stays mounted while its way closes and another opens, so that nothing typed is lost."""
    optional = rx.el.span(t("kit.optional"), class_name="ml-1.5 text-sm font-normal text-ink2")
    label = rx.fragment(t("cancel.text"), rx.cond(CancelState.way == "appeal", rx.fragment(), optional))
    words = textarea("text", placeholder=t_enum("cancel.text_hint", CancelState.way))
    form = app_form(
        _reasons(),
        piece_choice(),
        rx.el.div(
            field(label, words, name="text", error=CancelState.text_error),
            rx.el.div(typed_count("text", limits.TEXT_LENGTH), class_name="text-right mt-1"),
        ),
        _evidence(),
        rx.cond(WAY.is_open, rx.fragment(_preview(), rule_box(RULE), _bar())),
        on_submit=CancelState.submit,
        class_name="grid gap-5 mt-5",
    )
    return rx.el.div(form, hidden=~(WAY.is_open | (_FORM_OFFER & CancelState.told)))


def _reasons() -> rx.Component:
    """An appeal about an answered case has its reason already; one about the goods has reasons of its own."""
    usual = _chips(case_reasons(CaseKind.cancel))
    code, receipt = (_chips(case_reasons(CaseKind.fault, form)) for form in ProductForm)
    fault = rx.cond(is_receipt(VIEW), receipt, code)
    about = rx.cond(WAY.reason == Reason.fault.value, fault, rx.fragment())
    return rx.cond(CancelState.way == "appeal", about, usual)


def _chips(reasons: tuple[CaseReason, ...]) -> rx.Component:
    options = [chip("reason", r.value, labels.case_reason(r.value)) for r in reasons]
    legend = t_enum("cancel.reason", CancelState.way)
    return chips("reason", legend, *options, error=CancelState.reason_error, missing=t("kit.choose_reason"))


def _evidence() -> rx.Component:
    """Recommended, never asked for (R39, R40)."""
    box = picture_box(routes.pictures_url(VIEW.no), hint=t("evidence.hint"), error=CancelState.pictures_error)
    talk = checkbox("conversation", rx.fragment(t("evidence.attach_talk"), _small(t("evidence.attach_line"))))
    return rx.el.div(box, rx.cond(CancelState.talked, talk), class_name="grid gap-3")


def _small(words: rx.Var) -> rx.Component:
    return rx.el.span(words, class_name="block text-sm text-ink2")


def _preview() -> rx.Component:
    due = deadline(WAY.deadline)
    by = rx.cond(WAY.estimated, t("cancel.estimated", at=due), due)
    back = t("cancel.preview_to", amount=money(WAY.amount), channel=labels.channel_word(VIEW.channel))
    return card(
        _pair(t_enum("cancel.preview", CancelState.way), amount(back, tone="text-jade")),
        rx.cond(WAY.pieces < VIEW.quantity, _pair(t("cancel.pieces"), _pieces(), small=True)),
        rx.cond(WAY.fee > 0, _pair(t("cancel.fee"), money(WAY.fee), small=True)),
        rx.cond(~RULE.at_once, _pair(t_enum("cancel.deadline", CancelState.way), by, small=True)),
        _pair(t("cancel.arrival"), t_enum("cancel.arrival_line", CancelState.way, days=DAYS), small=True),
        class_name="p-4 grid gap-1.5",
    )


def _pieces() -> rx.Var[str]:
    return t("case.piece_count", n=WAY.pieces, most=VIEW.quantity)


def _pair(name: rx.Var, value: rx.Component | rx.Var, *, small: bool = False) -> rx.Component:
    look = "flex items-baseline justify-between gap-3" + (" text-sm" if small else "")
    return rx.el.div(rx.el.span(name, class_name="text-ink2"), rx.el.span(value), class_name=look)


def _ask() -> rx.Component:
    look = "touch inline-flex items-center underline underline-offset-2"
    go = link(t("order.support"), href=routes.support_url(VIEW.no), class_name=look)
    words = rx.el.p(t("cancel.ask"), " ", go, class_name="text-sm text-ink2 mt-4")
    return rx.cond(WAY.is_open, words)


def _bar() -> rx.Component:
    words = rx.cond(RULE.at_once, t("approval.submit"), t_enum("cancel.submit", CancelState.way))
    note = rx.cond(RULE.at_once, t("approval.note"), t_enum("cancel.note", CancelState.way))
    act = button(words, type="submit", kind="seal", size="lg")
    return action_bar(act, rx.el.span(note, class_name="text-sm text-ink2 max-md:hidden"))


PAGE = {
    "title": t("cancel.title.request"),
    "component": cancel_page,
    "route": routes.CANCEL,
    "on_load": CancelState.load,
}
