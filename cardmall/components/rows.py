"""Where an order stands, in the same words on every page (R69): pill, sentence, action."""

from typing import Any

import reflex as rx

from cardmall.components.format import countdown, deadline, instant
from cardmall.components.labels import channel_in
from cardmall.components.surface import pill
from cardmall.components.text import t_enum
from cardmall.components.vars import choose
from cardmall.domain import limits

_PAY = int(limits.PAY_WITHIN.total_seconds())
_HOLD = int(limits.HOLD_AFTER_REJECTION.total_seconds())


def status_pill(code: Any, tone: Any) -> rx.Component:
    """The pill of pill_of(): `row.pill.<code>` in its tone."""
    return pill(t_enum("row.pill", code), tone)


def status_line(line: Any, on_end: Any = None) -> rx.Component:
    """The sentence of a views.shopper.rows.Line; a countdown where time runs, `on_end` when it is over."""
    words = t_enum("row.line", line.code, at=deadline(line.at), when=instant(line.at), word=channel_in(line.word))
    return choose(
        line.code,
        ("pay_by", countdown(line.at, "pay", total=_PAY, on_end=on_end)),
        ("deliver_at", countdown(line.at, "deliver", on_end=on_end)),
        ("held_after_rejection", countdown(line.at, "hold", total=_HOLD, on_end=on_end)),
        otherwise=rx.el.span(words),
    )


def action_words(code: Any) -> rx.Var[str]:
    """What the button of an order says: `row.action.<code>`."""
    return t_enum("row.action", code)


def second_words(code: Any) -> rx.Var[str]:
    return t_enum("row.second", code)


def hint_words(code: Any) -> rx.Var[str]:
    return t_enum("row.hint", code)
