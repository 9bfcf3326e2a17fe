"""检查订单: for when the page seems wrong; it says what was found and what was done (R61)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, link_button
from cardmall.components.feedback import info_box
from cardmall.components.surface import card
from cardmall.components.text import t, t_enum
from cardmall.components.vars import length
from cardmall.states.shopper.order import OrderState

VIEW = OrderState.view
CHECKED = OrderState.checked


def check_card() -> rx.Component:
    """For a paid order."""
    act = button(t("repair.check"), on_click=OrderState.check, class_name="mt-3")
    line = rx.el.p(t("repair.line"), class_name="text-sm text-ink2")
    said = rx.el.div(rx.cond(CHECKED.at, _result()), class_name="mt-3 empty:hidden", role="status")
    return card(line, act, said, title=t("repair.title"))


def _result() -> rx.Component:
    well = info_box(t("repair.found_none"), tone="jade", icon="circle-check")
    found = rx.el.div(
        rx.cond(length(CHECKED.done) > 0, _done()),
        rx.cond(length(CHECKED.filed) > 0, _filed()),
        class_name="grid gap-2",
    )
    return rx.cond(length(CHECKED.found) > 0, found, well)


def _done() -> rx.Component:
    head = rx.el.b(t("repair.done"), class_name="font-semibold")
    return info_box(head, _words(CHECKED.done, "repair.repair"), tone="jade", icon="wrench", top=True)


def _filed() -> rx.Component:
    head = rx.el.b(t("repair.filed"), class_name="font-semibold")
    line = rx.el.p(t("repair.filed_line"), class_name="text-sm mt-1")
    talk = link_button(t("repair.support"), href=routes.support_url(VIEW.no), class_name="mt-2")
    return info_box(
        head, _words(CHECKED.filed, "repair.trouble"), line, talk, tone="amber", icon="headphones", top=True
    )


def _words(codes: Any, prefix: str) -> rx.Component:
    return rx.el.ul(rx.foreach(codes, lambda code: rx.el.li(t_enum(prefix, code), key=code)), class_name="text-sm mt-1")
