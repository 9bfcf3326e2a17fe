"""What a case waits for, first on its page: from whom, until when, and what the shopper can do meanwhile (R67, R68)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.controls import Child, button, link_button
from cardmall.components.feedback import info_box
from cardmall.components.format import countdown, deadline, ends, instant, money
from cardmall.components.receipts import is_receipt
from cardmall.components.surface import Tone
from cardmall.components.text import t
from cardmall.components.vars import choose, length
from cardmall.domain import limits
from cardmall.states.session import SessionState
from cardmall.states.shopper.case import CaseState

VIEW: Any = CaseState.view  # Vars of the browser, not values
CASE: Any = CaseState.view.case
ORDER: Any = CaseState.order
MINE = SessionState.person.role == "shopper"
_ANSWER = int(limits.ANSWER_WITHIN.total_seconds())

# Status → tone and icon.
_LOOK: dict[str, tuple[Tone, str]] = {
    "review": ("amber", "hourglass"),
    "info_requested": ("amber", "message-circle-question"),
    "offered": ("amber", "handshake"),
    "overdue": ("seal", "alarm-clock"),
    "asked": ("amber", "hourglass"),
    "appeal": ("blue", "scale"),
    "approved": ("jade", "circle-check"),
    "rejected": ("seal", "circle-x"),
    "withdrawn": ("grey", "undo-2"),
    "settled": ("jade", "handshake"),
    "ruled_shopper": ("jade", "scale"),
    "ruled_split": ("jade", "scale"),
    "ruled_merchant": ("grey", "scale"),
}
_OURS = ("info_requested", "offered")  # the shopper's 48 hours


def case_panel() -> rx.Component:
    """What the case's state means for its shopper."""
    return choose(CASE.status, *[(code, _panel(code)) for code in _LOOK], otherwise=rx.fragment())


def _panel(code: str) -> rx.Component:
    tone, icon = _LOOK[code]
    head = rx.el.div(
        rx.el.b(_headline(code), class_name="text-h2 font-semibold"),
        _time(code),
        class_name="flex flex-wrap items-baseline gap-x-3",
    )
    lines = [rx.el.p(line, class_name="text-sm text-ink empty:hidden") for line in (_said(code), _line(code))]
    notes = [rx.el.p(note, class_name="text-sm text-ink empty:hidden") for note in _notes(code)]
    acts = rx.cond(MINE, rx.el.div(*_acts(code), class_name="flex flex-wrap gap-2 mt-2.5 text-ink empty:hidden"))
    return rx.el.div(info_box(head, *lines, *notes, acts, tone=tone, icon=icon, top=True), data_panel=code)


def _headline(code: str) -> Child:
    """A rule approved it, and not a person (R97)."""
    words = t(f"case.panel.{code}")
    return rx.cond(CASE.rule > 0, t("case.panel.approved_by_rule"), words) if code == "approved" else words


def _said(code: str) -> Child:
    """The merchant's own words, where the shopper answers them."""
    quote = rx.cond(VIEW.merchant_words != "", t("kit.quoted", text=VIEW.merchant_words), "")
    if code != "rejected":
        return quote if code in _OURS else ""
    reason = t("order.panel_note.reason", reason=labels.reject_reason(CASE.reject_reason))
    return rx.fragment(reason, " ", quote)


def _line(code: str) -> Child:
    until = deadline(CASE.deadline)
    if code == "settled":
        less = t("case.panel_line.settled_amount", amount=money(CASE.offer_amount))
        return rx.cond(CASE.offer_amount > 0, less, t("case.panel_line.settled_replacement"))
    if code == "overdue":
        grace = t("case.panel_line.overdue_grace", until=deadline(CASE.grace_at))
        return rx.cond(CASE.grace_at, grace, t("case.panel_line.overdue"))
    params: dict[str, object] = {"until": until} if code in _WITH_UNTIL else {}
    if code in _WITH_AMOUNT:
        params = {"amount": money(_WITH_AMOUNT[code])}
    words = t(f"case.panel_line.{code}", **params)
    by_rule = t("case.panel_line.approved_by_rule", n=CASE.rule, amount=money(CASE.amount))
    return rx.cond(CASE.rule > 0, by_rule, words) if code == "approved" else words


# No fee against the shopper once it is ruled.
_WITH_AMOUNT = {"approved": CASE.amount, "ruled_shopper": CASE.paid, "ruled_split": CASE.ruled_amount}
_WITH_UNTIL = ("review", "info_requested", "offered", "asked", "appeal")


def _notes(code: str) -> list[Child]:
    """What stands still meanwhile."""
    if code == "rejected":
        return [_hold_until()]
    if code.startswith("ruled_"):
        return [rx.cond(VIEW.ground != "", t("case.ground", text=VIEW.ground), "")]
    hearing = rx.cond(CASE.merchant_heard, t("case.heard"), t("case.hearing", until=deadline(CASE.heard_until)))
    estimated = rx.cond(CASE.estimated & ~CASE.ended_at.bool(), t("case.estimated"), "")
    codes = rx.cond(is_receipt(ORDER), "", t("order.panel_note.held_delivered"))
    held = rx.cond(ORDER.delivered_at, codes, t("order.panel_note.held_undelivered"))
    heard = [rx.cond(CASE.heard_until, hearing, "")] if code == "appeal" else []
    return [*heard, estimated, rx.cond(ORDER.held & ~CASE.ended_at.bool(), held, "")]


def _hold_until() -> Child:
    until = ends(ORDER.hold_until)
    delivered = t("order.panel_note.hold_delivered", until=until)
    waiting = t("order.panel_note.hold_undelivered", until=until)
    return rx.cond(ORDER.hold_until, rx.cond(ORDER.delivered_at, delivered, waiting), "")


def _time(code: str) -> Child:
    if code not in ("review", *_OURS):
        return ""
    total = _ANSWER if code in _OURS else 0
    kind = "answer" if code in _OURS else "reply"
    return countdown(
        CASE.deadline, kind, total=total, on_end=CaseState.refresh, class_name="font-semibold tabular-nums"
    )


def _acts(code: str) -> list[rx.Component]:
    """Reminder and withdrawal are offered while they are open; a closed reminder says when it opens."""
    refund = rx.cond(
        length(ORDER.refunds) > 0,
        link_button(t("case.to_refund"), href=routes.refund_url(ORDER.refunds[0].no)),
    )
    appeal = [link_button(t("order.act.appeal"), href=routes.appeal_url(VIEW.order_no), kind="ink")]
    return [*(appeal if code == "overdue" else []), refund, *_remind(), _withdraw()]


_PALE = "[&>button]:border-line [&>button]:text-ink2"  # may be pressed: the refusal says why, and is recorded


def _remind() -> list[rx.Component]:
    """Always there while the merchant's answer is due: it says how many are left, or from when on it works again."""
    later = rx.cond(VIEW.remind_at, t("case.remind_at", at=instant(VIEW.remind_at)), t("case.remind_used"))
    words = rx.cond(CASE.actions.contains("remind"), t("case.remind", n=limits.REMINDS - CASE.reminds), later)
    look = rx.cond(CASE.actions.contains("remind"), "", _PALE)
    press = button(words, on_click=CaseState.remind, kind="outline")
    return [rx.cond(CASE.awaited == "merchant", rx.el.span(press, class_name=look))]


def _withdraw() -> rx.Component:
    press = button(t("order.act.withdraw"), on_click=CaseState.ask("withdraw"))
    return rx.cond(CASE.actions.contains("withdraw"), press)
