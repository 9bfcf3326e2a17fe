"""Whether it can be had, in words; when it comes."""

from typing import Any

import reflex as rx

from cardmall.components.surface import pill
from cardmall.components.text import t
from cardmall.domain.limits import CARDS_COUNTED, QUANTITY, SALES_COUNTED

ENOUGH = QUANTITY[-1]  # from here on the number says nothing
_HOUR, _DAY = 60, 24 * 60


def stock_pill(mode: Any, stock: Any) -> rx.Component:
    """`stock` as views.public.home counts it: -1 is delivered by hand."""
    left = rx.cond(stock < ENOUGH, pill(t("mall.left", n=stock), "amber"), pill(t("mall.in_stock"), "jade"))
    counted = rx.cond(stock == 0, pill(t("mall.sold_out"), "grey"), left)
    return rx.cond(mode == "manual", pill(t("mall.by_hand"), "blue"), counted)


def counted(count: Any, words: Any, many: Any) -> Any:
    """What stands for a number of cards; `many` from where they are not counted further."""
    return rx.cond(count < CARDS_COUNTED, words, many)


def sold(count: Any) -> Any:
    """Pieces sold lately, in words; from where orders are not counted further, that there are more."""
    return rx.cond(count < SALES_COUNTED, t("mall.sold_lately", n=count), t("mall.sold_many", n=count))


def delivery_line(mode: Any, delay: Any, promise: Any) -> rx.Var[str]:
    """When it is delivered; both in minutes."""
    auto = rx.cond(delay == 0, t("mall.at_once"), t("mall.delivered_in", time=time_span(delay)))
    return rx.cond(mode == "manual", t("mall.promised_in", time=time_span(promise)), auto)


def time_span(minutes: Any) -> rx.Var[str]:
    """In the largest unit that fits, with the blank before a number inside a Chinese sentence."""
    hours = rx.cond(minutes % _HOUR == 0, t("mall.hours", n=minutes // _HOUR), t("mall.minutes", n=minutes))
    return rx.cond((minutes % _DAY == 0) & (minutes > 0), t("mall.days", n=minutes // _DAY), hours)
