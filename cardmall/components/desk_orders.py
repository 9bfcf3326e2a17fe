"""Where an order stands, in the words of its shop: the pill, and the sentence under it (R95)."""

from typing import Any

import reflex as rx

from cardmall.components.format import countdown, deadline, instant, span
from cardmall.components.labels import case_status, channel_in, tone
from cardmall.components.rows import status_pill
from cardmall.components.surface import pill
from cardmall.components.text import t_enum
from cardmall.components.vars import choose


def desk_pill(order: Any, stood: Any = None) -> rx.Component:
    """How the open case of `order` (a Var with `case_status`) stands, else the order: `stood`, a Var with `pill` and
    `tone`, the same where it is left out."""
    shown = order if stood is None else stood
    of_case = pill(case_status(order.case_status), tone(order.case_status))
    return rx.cond(order.case_status != "", of_case, status_pill(shown.pill, shown.tone))


def desk_line(line: Any, on_end: Any) -> rx.Component:
    """The sentence of a views.merchant.order_rows.shop_line; a countdown where the shop's own time runs."""
    told = {"at": deadline(line.at), "when": instant(line.at), "word": channel_in(line.word)}
    words = rx.el.span(t_enum("shop_orders.line", line.code, **told))
    left = countdown(line.at, "reply", total=span(line.since, line.at), on_end=on_end, class_name="font-semibold")
    return choose(
        line.code,
        ("pay_by", countdown(line.at, "pay", on_end=on_end)),
        ("deliver_at", countdown(line.at, "deliver", on_end=on_end)),
        ("promised", left),
        ("answer", left),
        otherwise=words,
    )
