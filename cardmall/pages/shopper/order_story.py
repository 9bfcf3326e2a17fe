"""How far an order is and what has happened: steps, request, refund like a parcel, timeline (R45, R57, R58)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.approval import by_version
from cardmall.components.controls import link_button, more
from cardmall.components.feedback import info_box
from cardmall.components.format import copy_button, countdown, deadline, exact, instant, money
from cardmall.components.progress import step, step_row, timeline_list, timeline_moment
from cardmall.components.surface import amount, card, fact, facts, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.pages.shopper.order_panel import CASE, case_countdown
from cardmall.states.shopper.order import OrderState
from cardmall.views.shopper.timeline import ProgressStep

_SHOWN = 8
VIEW = OrderState.view


def progress_card() -> rx.Component:
    return card(step_row(rx.foreach(VIEW.steps, _step)), title=t("order.progress"), class_name="p-5")


def _step(one: rx.vars.ObjectVar[ProgressStep]) -> rx.Component:
    ticking = countdown(VIEW.deliver_at, "deliver", on_end=OrderState.refresh, class_name="tabular-nums")
    line = choose(
        one.code,
        (
            "paid",
            rx.fragment(
                instant(one.at),
                rx.cond(VIEW.channel != "", rx.el.span(labels.channel_word(VIEW.channel), class_name="block")),
            ),
        ),
        ("awaiting_delivery", rx.cond((one.state == "now") & (VIEW.panel == "waiting"), ticking)),
        otherwise=rx.fragment(instant(one.at)),
    )
    name = rx.cond(one.state == "now", t_enum("order.step_now", one.code), t_enum("order.step", one.code))
    return step(name, line, standing=one.state)


def case_card() -> rx.Component:
    """The newest request, as both sides see it; only where there is one."""
    no = rx.fragment(CASE.no, copy_button(CASE.no, class_name="py-0 -my-1"))
    said = [
        rx.cond(CASE.reject_reason != "", fact(t("order.case.rejected"), labels.reject_reason(CASE.reject_reason))),
        rx.cond(CASE.reject_text != "", fact(t("order.case.rejected_text"), CASE.reject_text)),
    ]
    body = facts(
        (t("order.case.no"), no),
        (t("order.case.kind"), labels.case_kind(CASE.kind)),
        (t("order.case.reason"), labels.case_reason(CASE.reason)),
        rx.cond(CASE.text != "", fact(t("order.case.text"), CASE.text)),
        rx.cond(
            CASE.pieces < VIEW.quantity,
            fact(t("case.pieces"), t("case.piece_count", n=CASE.pieces, most=VIEW.quantity)),
        ),
        (t("order.case.amount"), amount(money(CASE.amount), tone="text-jade")),
        rx.cond(CASE.fee > 0, fact(t("order.case.fee"), money(CASE.fee))),
        by_version(CASE),
        (t("order.case.opened"), exact(CASE.opened_at)),
        rx.cond(CASE.ended_at, rx.fragment(), fact(t_enum("case.until", CASE.status), case_countdown())),
        *said,
    )
    state = pill(labels.case_status(CASE.status), labels.tone(CASE.status))
    return rx.el.div(card(body, title=t("order.case.title"), aside=state), id="case", class_name="scroll-mt-4")


def refund_cards() -> rx.Component:
    rows = rx.el.div(rx.foreach(VIEW.refunds, _refund), id="refund", class_name="grid gap-4 scroll-mt-4")
    return rx.cond(length(VIEW.refunds) > 0, rows)


def _refund(one: Any) -> rx.Component:
    channel = labels.channel_in(one.channel)
    way = step_row(
        step(t("order.refund.platform"), instant(one.created_at), standing="done"),
        step(
            t("order.refund.channel", channel=channel),
            instant(one.sent_at),
            standing=rx.cond(one.sent_at, "done", "now"),
        ),
        step(
            rx.cond(one.status == "bounced", t("refund.step.back"), t("order.refund.bank")),
            instant(one.succeeded_at),
            standing=_arrival(one),
        ),
    )
    state = pill(labels.refund_status(one.status), labels.tone(one.status))
    details = rx.el.div(_refund_facts(one), class_name="mt-4")
    track = link_button(t("order.refund.track"), href=routes.refund_url(one.no), kind="outline", class_name="mt-3")
    return rx.el.div(
        card(way, details, _trouble(one, channel), track, title=t("order.refund.title"), aside=state), key=one.no
    )


def _arrival(one: Any) -> rx.Var:
    return rx.cond(one.succeeded_at, "done", rx.cond(one.sent_at, "now", "next"))


def _refund_facts(one: Any) -> rx.Component:
    due = fact(t("order.refund.expected"), t("order.refund.expected_line", at=deadline(one.expected_at)))
    trace = rx.fragment(one.trace_no, copy_button(one.trace_no, class_name="py-0 -my-1"))
    return facts(
        (t("order.refund.amount"), amount(money(one.amount), tone="text-jade")),
        (t("order.refund.to"), rx.fragment(labels.channel_word(one.channel), " ", one.payer)),
        rx.cond(one.expected_at & ~one.succeeded_at.bool(), due),
        (t("order.refund.no"), rx.fragment(one.no, copy_button(one.no, class_name="py-0 -my-1"))),
        rx.cond(one.trace_no != "", fact(t("order.refund.trace"), trace)),
        (t("order.refund.asked"), exact(one.created_at)),
    )


def _trouble(one: Any, channel: rx.Var[str]) -> rx.Component:
    """Late: ask the channel, with everything it wants to know. Refused by the channel: said, and acted on (R59)."""
    everything = t(
        "order.refund.copy_all", no=one.no, trace=one.trace_no, amount=money(one.amount), at=exact(one.created_at)
    )
    late = info_box(
        rx.el.b(t("order.refund.late")),
        rx.el.p(t("order.refund.late_line", channel=channel), class_name="text-sm"),
        rx.el.p(everything, " ", copy_button(everything), class_name="text-sm"),
        tone="amber",
        icon="clock-alert",
    )
    stuck = info_box(rx.el.p(t("order.refund.stuck"), class_name="text-sm"), tone="seal", icon="circle-alert")
    retry = info_box(rx.el.p(t("order.refund.retry"), class_name="text-sm"), tone="amber", icon="rotate-cw")
    back = info_box(rx.el.p(t("order.refund.bounced"), class_name="text-sm"), tone="seal", icon="undo-2")
    silent = info_box(rx.el.p(t("refund.line.sent"), class_name="text-sm"), tone="blue", icon="message-circle-question")
    box = choose(
        one.state,
        ("needs_attention", stuck),
        ("bounced", back),
        ("failed", retry),
        ("sent", silent),
        ("late", late),
        otherwise=rx.fragment(),
    )
    return rx.el.div(box, class_name="mt-3 empty:hidden")


def story_card() -> rx.Component:
    """The newest stand open, the rest one press away."""
    newest = timeline_list(rx.foreach(VIEW.timeline[:_SHOWN], _entry))
    rest = timeline_list(rx.foreach(VIEW.timeline[_SHOWN:], lambda one, n: _entry(one, n + _SHOWN)))
    older = more(t("order.older", n=length(VIEW.timeline) - _SHOWN), rest, class_name="mt-3")
    return card(newest, rx.cond(length(VIEW.timeline) > _SHOWN, older), title=t("order.story"))


def _entry(one: Any, n: Any) -> rx.Component:
    word = choose(
        one.verb,
        *[(verb, labels.case_reason(one.word)) for verb in ("case_opened", "gifted")],
        ("case_rejected", labels.reject_reason(one.word)),
        ("case_approved", rx.cond(one.rule > 0, t("approval.by_version", n=one.rule), "")),
        *[(verb, labels.channel_word(one.word)) for verb in _CHANNEL_VERBS],
        ("transfer_agreed", t_enum("transfer.by", one.word)),
        *[(verb, t_enum("transfer.why", one.word)) for verb in _TRANSFER_ENDS],
        ("canceled", rx.cond(one.word == "transferred", t("transfer.transferred"), "")),
        otherwise="",
    )
    money_of = rx.cond(one.amount > 0, rx.el.span(money(one.amount), " ", class_name="tabular-nums"))
    title = rx.fragment(
        t_enum("timeline", one.verb), " ", rx.el.span(money_of, word, class_name="font-normal text-ink2")
    )
    note = rx.cond(
        one.note != "", rx.el.p(one.note, class_name="text-sm mt-1 border-l-2 border-line pl-2.5 whitespace-pre-wrap")
    )
    line = rx.fragment(rx.el.time(instant(one.at), title=exact(one.at)), " · ", labels.role(one.role))
    return timeline_moment(title, line, note, newest=n == 0, key=n)


_TRANSFER_ENDS = ("transfer_declined", "transfer_withdrawn", "transfer_expired")
_CHANNEL_VERBS = ("payment_started", "payment_failed", "paid", "paid_late", "paid_wrong", "refund_requested")
