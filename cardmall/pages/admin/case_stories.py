"""Both stories over one axis of time: the shopper's words left, the merchant's right, what happened between."""

from typing import Any

import reflex as rx

from cardmall.components.controls import Child
from cardmall.components.evidence import frozen_talk
from cardmall.components.format import instant, money
from cardmall.components.labels import role, round_kind, verb
from cardmall.components.pictures import pictures
from cardmall.components.surface import avatar, card
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.terms import Role
from cardmall.states.admin.case import AdminCaseState

_VIEW: Any = AdminCaseState.view
_SHOPPER = AdminCaseState.view.shopper
_SHOP: Any = AdminCaseState.view.shop
_WORDS = "whitespace-pre-wrap [overflow-wrap:anywhere]"


def stories() -> rx.Component:
    heads = rx.el.div(
        _party(Role.shopper, _SHOPPER, _shopper_record()),
        _party(Role.merchant, _SHOP, _shop_record()),
        class_name="grid md:grid-cols-2 gap-x-5 gap-y-3 pb-4 border-b border-line2",
    )
    told = rx.el.ol(rx.foreach(_VIEW.beats, _beat), class_name="grid gap-3 pt-4")
    return card(heads, told, title=t("ruling.stories"), aside=t("ruling.stories_line"))


def _party(who: Role, party: Any, record: Child) -> rx.Component:
    silent = rx.el.p(t("ruling.said_nothing"), class_name="text-sm text-amber")
    return rx.el.div(
        avatar(party.name),
        rx.el.div(
            rx.el.b(role(who.value), " ", party.name, class_name="font-semibold"),
            rx.el.p(record, class_name="text-sm text-ink2"),
            rx.cond(_VIEW.spoke.contains(who.value), rx.fragment(), silent),
            class_name="min-w-0",
        ),
        class_name="flex gap-2.5 min-w-0",
    )


def _shopper_record() -> Child:
    numbers = {"orders": _SHOPPER.orders, "cases": _SHOPPER.cases, "won": _SHOPPER.won, "lost": _SHOPPER.lost}
    return t("ruling.shopper_record", **numbers)


def _shop_record() -> Child:
    percent = rx.cond(_SHOP.overdue_percent < 0, "—", _SHOP.overdue_percent.to(str) + "%")
    numbers = {"cases": _SHOP.cases, "answered": _SHOP.answered, "won": _SHOP.won, "lost": _SHOP.lost}
    return t("ruling.shop_record", percent=percent, **numbers)


def _beat(beat: Any) -> rx.Component:
    return rx.cond(beat.kind != "", _said(beat), _happened(beat))


def _said(beat: Any) -> rx.Component:
    """Words of one side in its column; the platform's own across both."""
    amount = rx.cond(beat.amount > 0, rx.el.b(money(beat.amount), class_name="text-jade tabular-nums"))
    head = rx.el.div(
        rx.el.b(round_kind(beat.kind), class_name="font-semibold"),
        amount,
        rx.el.span(role(beat.role), " · ", instant(beat.at), class_name="text-sm text-ink2"),
        class_name="flex flex-wrap items-baseline gap-x-2",
    )
    words = rx.cond(beat.text != "", rx.el.p(beat.text, class_name=_WORDS))
    place = choose(
        beat.role,
        ("shopper", "md:col-start-1 bg-paper"),
        ("merchant", "md:col-start-2 bg-paper"),
        otherwise="md:col-span-2 bg-blue-bg",
    )
    bubble = rx.el.div(
        head,
        words,
        pictures(beat.pictures),
        frozen_talk(beat.conversation),
        class_name=f"grid gap-2 rounded-cover border border-line2 px-3.5 py-3 min-w-0 {place}",
    )
    return rx.el.li(bubble, class_name="grid md:grid-cols-2 gap-x-5", data_said=beat.role)


def _happened(beat: Any) -> rx.Component:
    """What the system saw, across both columns."""
    line = "h-px bg-line2 grow"
    return rx.el.li(
        rx.el.span(class_name=line, aria_hidden="true"),
        rx.el.span(instant(beat.at), " · ", verb(beat.verb), class_name="text-center"),
        rx.el.span(class_name=line, aria_hidden="true"),
        class_name="flex items-center gap-3 text-sm text-ink2",
        data_happened=beat.verb,
    )
