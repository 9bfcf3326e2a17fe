"""The four ways side by side: the open ones selectable, the closed ones with the reason (R17, R30)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link, link_button, more
from cardmall.components.format import deadline, money
from cardmall.components.guide import closed_words, rule_link
from cardmall.components.labels import channel_in
from cardmall.components.receipts import is_receipt
from cardmall.components.surface import card, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.domain.terms import Reason, Way
from cardmall.states.session import SessionState
from cardmall.states.shopper.order import OrderState
from cardmall.views.shopper.order import WayView

VIEW = OrderState.view
RULE: Any = OrderState.view.rule
DAYS = "–".join(map(str, limits.ARRIVAL_WORKDAYS))
_MINE = SessionState.person.role == "shopper"
_PHONE = "max-md:bg-card! max-md:border-ink! max-md:text-ink! max-md:w-full"  # there the bar has the page's one seal
_OPTION = "flex items-start gap-3 rounded-cover border px-3.5 py-3 "
_CHOSEN = _OPTION + "cursor-pointer border-ink shadow-[inset_0_0_0_1px_var(--ink)]"
_OPEN = _OPTION + "cursor-pointer border-line hover:border-ink3"
_CLOSED = _OPTION + "border-line bg-paper text-ink2 max-md:hidden"


def ways_card() -> rx.Component:
    """Nothing of it on a closed order: there is nothing left to cancel."""
    group = rx.el.fieldset(
        rx.el.legend(t("way.label"), class_name="sr-only"),
        rx.foreach(VIEW.ways, _option),
        class_name="grid gap-2",
    )
    none = OrderState.picked == ""
    why = rx.cond(none, t("way.all_closed"), t("way.others"))
    closed = more(why, rx.el.ul(rx.foreach(VIEW.ways, _closed_line), class_name=_LIST), class_name="mt-2")
    body = rx.fragment(
        rx.cond(_MINE & none, rx.el.p(t("way.none"), class_name="text-sm text-ink2 mb-3")),
        group,
        rx.el.div(closed, class_name="md:hidden"),
        rx.cond(_MINE, rx.fragment(_act(), _transfer(), _ask())),
    )
    guide = link(t("way.guide"), href=routes.HELP, class_name="underline underline-offset-2 py-2.5 -my-2.5")
    sheet = card(body, title=t("way.title"), aside=rx.fragment(t("way.aside"), " ", guide))
    return rx.cond(VIEW.closed_at, rx.fragment(), rx.el.div(sheet, id="ways", class_name="scroll-mt-4"))


_LIST = "mt-1 grid gap-2 text-sm text-ink2"


def _closed_line(way: Any) -> rx.Component:
    """On a phone the closed ways are one fold."""
    words = rx.el.li(rx.el.b(t_enum("way.name", way.way), class_name="font-semibold mr-2"), _closed(way), key=way.way)
    return rx.cond(way.is_open, rx.fragment(), words)


def _option(way: rx.vars.ObjectVar[WayView]) -> rx.Component:
    chosen = way.way == OrderState.picked
    dot = rx.el.input(
        type="radio",
        name="way",
        value=way.way,
        checked=chosen,
        disabled=~(way.is_open & _MINE),
        on_change=OrderState.pick(way.way),
        class_name="mt-[5px] size-3.5 shrink-0 accent-[var(--ink)]",
    )
    text = rx.el.div(
        rx.el.b(t_enum("way.name", way.way), class_name="font-semibold mr-2"),
        rx.cond(way.is_open, pill(t("way.open_pill"), "jade")),
        rx.el.div(rx.cond(way.is_open, _open_words(way), _closed(way)), class_name="text-sm text-ink2"),
        class_name="min-w-0",
    )
    look = rx.cond(way.is_open, rx.cond(chosen, _CHOSEN, _OPEN), _CLOSED)
    return rx.el.label(dot, text, class_name=look, key=way.way, custom_attrs={"data-way": way.way})


def _open_words(way: Any) -> rx.Component:
    mark: Any = rx.cond(is_receipt(VIEW) & (way.reason == Reason.fault.value), "_receipt", "")
    words = t_enum(
        "way.open",
        way.way + "_" + way.reason + mark,
        amount=money(way.amount),
        channel=channel_in(VIEW.channel),
        deadline=deadline(way.deadline),
        days=DAYS,
    )
    under_way = (VIEW.panel == "paying") & (way.way == Way.cancel_now.value)
    words = rx.cond(under_way, t("way.open.cancel_now_paying"), words)
    some = (way.pieces > 0) & (way.pieces < VIEW.quantity)
    unseen, rest = t("way.pieces", n=way.pieces), t("way.pieces_some", n=way.pieces, most=VIEW.quantity)
    by_rule = t("approval.way", amount=money(way.amount), channel=channel_in(VIEW.channel))
    words = rx.cond((way.way == Way.request.value) & RULE.at_once, by_rule, words)
    return rx.el.span(
        words,
        rx.cond(way.fee > 0, t("way.fee", fee=money(way.fee)), ""),
        rx.cond(some, rx.fragment(" ", rx.cond(way.way == Way.return_.value, unseen, rest))),
        rx.cond(way.estimated, rx.fragment(" ", t("way.estimated"))),
    )


def _closed(way: Any) -> rx.Component:
    """Why not, and the row of the guide that says so."""
    return rx.fragment(closed_words(way, VIEW), " ", rule_link(way.way, way.reason))


def _act() -> rx.Component:
    """One button that names what happens; unpaid, it steps back: paying, or waiting for the money, comes first."""
    picked, words = OrderState.picked, t_enum("way.act", OrderState.picked)
    look: dict[str, Any] = {"kind": "seal", "size": "lg", "class_name": _PHONE}
    forms = link_button(words, href=routes.way_url(VIEW.no, picked), **look)
    appeal = link_button(words, href=routes.appeal_url(VIEW.no), **look)
    now = [button(words, on_click=OrderState.ask("cancel_now"), kind=kind, size="lg") for kind in ("outline", "seal")]
    steps_back = (VIEW.panel == "to_pay") | (VIEW.panel == "paying")
    act = choose(
        picked,
        ("cancel_now", rx.cond(steps_back, *now)),
        ("request", forms),
        ("return", forms),
        ("appeal", appeal),
        otherwise=rx.fragment(),
    )
    at_once = (picked == Way.request.value) & RULE.at_once
    said = rx.cond(at_once, t("approval.note"), t_enum("way.hint", picked))
    hint = rx.el.span(said, class_name="text-sm text-ink2")
    row = rx.el.div(act, hint, class_name="flex flex-wrap items-center gap-3 mt-4")
    return rx.cond(picked != "", row)


def _transfer() -> rx.Component:
    """Not a way out, but one on: somebody else takes the order over (R53)."""
    look = "touch inline-flex items-center underline underline-offset-2"
    go = link(t("order.act.transfer"), href=routes.transfer_form_url(VIEW.no), class_name=look)
    return rx.cond(VIEW.transfer.may, rx.el.p(t("transfer.entry"), " ", go, class_name="text-sm text-ink2 mt-3"))


def _ask() -> rx.Component:
    """From every refusal one tap to support; how the order stands travels along (R62)."""
    look = "touch inline-flex items-center underline underline-offset-2"
    go = link(t("order.support"), href=routes.support_url(VIEW.no), class_name=look)
    return rx.el.p(t("way.ask"), " ", go, class_name="text-sm text-ink2 mt-3")
