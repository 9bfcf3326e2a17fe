"""The same thing for whoever looks: where this person reads an order, and where all theirs are listed."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.terms import Role
from cardmall.states.session import SessionState

_ROLE = SessionState.person.role


def order_here(no: rx.Var | str) -> rx.Var[str]:
    """Address of the order's page for this person: staff read it on their own desk."""
    url: Any = no  # a Var of our rows, which routes fills in as it is
    desks = {Role.merchant: routes.merchant_order_url(url), Role.admin: routes.admin_order_url(url)}
    return choose(_ROLE, *((role.value, page) for role, page in desks.items()), otherwise=routes.order_url(url))


def orders_crumb() -> tuple[rx.Var[str], rx.Var[str]]:
    """(word, address) of the way back: a shopper's orders, staff's desk."""
    desks = {Role.merchant: routes.MERCHANT, Role.admin: routes.ADMIN}
    words = [(role.value, t(f"frame.{role}_title")) for role in desks]
    urls = [(role.value, url) for role, url in desks.items()]
    return (
        choose(_ROLE, *words, otherwise=t("order.crumb")),
        choose(_ROLE, *urls, otherwise=routes.ORDERS),
    )
