"""The shop as a whole: an owner sets it away until a day; what goes on meanwhile stands beside (R98)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions, link
from cardmall.components.feedback import bone, info_box, skeleton, title_skeleton, two_columns
from cardmall.components.format import day, instant
from cardmall.components.forms import app_form, field, text_input, textarea
from cardmall.components.labels import order_status
from cardmall.components.surface import card, fact, page_title, side_note
from cardmall.components.text import t
from cardmall.domain.terms import OrderStatus, Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.states.merchant.shop import ShopState

_VIEW: Any = ShopState.view
_ASKED: Any = ShopState.asked
_LIST = "list-disc pl-5 grid gap-1"


def shop_page() -> rx.Component:
    waiting = skeleton(title_skeleton(), two_columns([bone("h-72")], [bone("h-40")]))
    title = page_title(t("shop.title"), rx.el.span(_VIEW.name, class_name="text-ink2"))
    body = rx.fragment(title, two_columns([_away()], [_goes_on()]), _question())
    content = rx.cond(ShopState.loaded, body, waiting)
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, keep=True), here="shop")


def _away() -> rx.Component:
    """How it is, and what an owner can make of it; the form stays in its place whatever it is."""
    intro = rx.el.p(t("shop.away_intro"), class_name="text-ink2 max-w-[60ch]")
    change = rx.cond(_VIEW.back_at, rx.el.h3(t("shop.change"), class_name="font-semibold mt-6"))
    staff = rx.cond(_VIEW.back_at, "", rx.el.p(t("shop.owner_only"), class_name="text-ink2"))
    act = rx.cond(_VIEW.may_set, rx.fragment(change, _form()), staff)
    return card(rx.cond(_VIEW.back_at, _now(), intro), rx.el.div(act, class_name="mt-4"), title=t("shop.away"))


def _now() -> rx.Component:
    """Away: since when, until when, the words, and the way back."""
    since = rx.el.p(t("shop.since", at=instant(_VIEW.away_since)), class_name="text-sm mt-0.5")
    words = rx.el.p(t("kit.quoted", text=_VIEW.note), class_name="mt-2 whitespace-pre-wrap [overflow-wrap:anywhere]")
    back = rx.cond(_VIEW.may_set, button(t("shop.reopen"), on_click=ShopState.reopen, kind="ink"))
    return info_box(
        rx.el.b(t("shop.back_on", day=day(_VIEW.back_at))),
        since,
        rx.cond(_VIEW.note != "", words),
        icon="calendar-clock",
        action=back,
        top=True,
    )


def _form() -> rx.Component:
    box = text_input("day", type="date", min=_VIEW.first, max=_VIEW.last, default_value=_VIEW.until_day)
    note = textarea("note", rows=3, default_value=_VIEW.note)
    return app_form(
        field(t("shop.day"), box, name="day", error=ShopState.day_error, hint=t("shop.day_hint")),
        field(t("shop.note"), note, name="note", error=ShopState.note_error, hint=t("shop.note_hint"), optional=True),
        side_note(t("shop.used", n=_VIEW.used, left=_VIEW.left)),
        rx.el.div(button(t("shop.set"), type="submit", kind="seal", size="lg")),
        on_submit=ShopState.ask,
        class_name="flex flex-col gap-4 max-w-[460px]",
        key=rx.Var.create(ShopState.saved).to(str),
    )


def _goes_on() -> rx.Component:
    """What a time away leaves as it is."""
    rows = rx.el.dl(
        fact(_entry(order_status(OrderStatus.awaiting_delivery.value), routes.MERCHANT_ORDERS), _VIEW.to_deliver),
        fact(_entry(t("merchant.waiting"), routes.MERCHANT), _VIEW.to_answer),
        fact(order_status(OrderStatus.pending_payment.value), _VIEW.unpaid),
        class_name="grid gap-y-2 tabular-nums",
    )
    return card(rows, side_note(t("shop.goes_on_line")), title=t("shop.goes_on"))


def _entry(words: Any, url: str) -> rx.Component:
    return link(words, href=url, class_name="underline underline-offset-2 hover:text-ink")


def _question() -> rx.Component:
    """The day once more, and what follows."""
    until = day(_ASKED.until)
    lines = [
        t("shop.ask.days", n=_ASKED.days, day=until),
        t("shop.ask.to_deliver", n=_VIEW.to_deliver),
        t("shop.ask.to_answer", n=_VIEW.to_answer),
        t("shop.ask.unpaid", n=_VIEW.unpaid),
    ]
    effects = rx.el.ul(*[rx.el.li(line) for line in lines], class_name=f"{_LIST} text-ink2")
    yes = button(t("shop.ask.yes", day=until), kind="seal", size="lg", on_click=ShopState.leave)
    return dialog(
        effects,
        dialog_actions(yes, ShopState.dismiss),
        title=t("shop.ask.title", day=until),
        is_open=_ASKED.day != "",
        on_close=ShopState.dismiss,
        name="away",
    )


PAGE = {
    "title": t("shop.title"),
    "component": shop_page,
    "route": routes.MERCHANT_SHOP,
    "on_load": ShopState.load,
}
