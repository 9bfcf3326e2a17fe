"""Enum value → words: one function per enum of the glossary. The value is usually a Var."""

from collections.abc import Callable

import reflex as rx

from cardmall.components.text import t_enum
from cardmall.components.vars import choose

Value = rx.Var | str
Wording = Callable[[Value], rx.Var[str]]


def _words(prefix: str) -> Wording:
    def words(value: Value) -> rx.Var[str]:
        return t_enum(prefix, value)

    words.__name__, words.__doc__ = prefix.rsplit(".", 1)[-1], f"The words of {prefix}.<value>."
    return words


role = _words("labels.role")
category = _words("labels.category")
delivery_mode = _words("labels.delivery_mode")
product_form = _words("labels.product_form")
order_status = _words("labels.order_status")
stage = _words("labels.stage")
card_status = _words("labels.card_status")
batch_status = _words("labels.batch_status")
recall_reason = _words("labels.recall_reason")
item_trouble = _words("labels.item_trouble")
batch_failure = _words("labels.batch_failure")
line_verdict = _words("labels.line_verdict")
line_fault = _words("labels.line_fault")
case_kind = _words("labels.case_kind")
case_status = _words("labels.case_status")
case_reason = _words("labels.case_reason")
case_action = _words("labels.case_action")
offer_kind = _words("labels.offer_kind")
round_kind = _words("labels.round_kind")
reject_reason = _words("labels.reject_reason")
refund_status = _words("labels.refund_status")
channel_word = _words("labels.channel")
channel_in = _words("labels.channel_in")  # in the middle of a sentence
contact = _words("labels.contact")
outcome_word = _words("labels.outcome")
open_reason = _words("labels.open_reason")
field_kind = _words("labels.field_kind")
field_error = _words("labels.field_error")
verb = _words("labels.verb")
notice_title = _words("notice.title")
notice_line = _words("notice.line")
refused = _words("refused")

_TONES = {
    "pending_payment": "amber",
    "to_pay": "amber",
    "in_case": "amber",
    "review": "amber",
    "info_requested": "amber",
    "offered": "amber",
    "asked": "amber",
    "overdue": "seal",
    "abnormal": "seal",
    "needs_attention": "seal",
    "failed": "amber",
    "rejected": "seal",
    "appeal": "amber",
    "awaiting_delivery": "blue",
    "to_deliver": "blue",
    "processing": "blue",
    "sent": "blue",
    "requested": "blue",
    "refunding": "jade",
    "approved": "jade",
    "settled": "jade",
    "succeeded": "jade",
    "ruled_shopper": "jade",
}


def tone(value: rx.Var) -> rx.Var[str]:
    """Colour of a status or stage: amber waits, seal is urgent, jade is money back, blue moves, grey is over."""
    return choose(value, *_TONES.items(), otherwise="grey")
